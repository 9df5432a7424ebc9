using SimulatedProvider.Exchange;
using SimulatedProvider.Ids;

namespace SimulatedProvider.Sessions;

/// <summary><c>POST /v3/session/</c>. The answer is copied from prepared pieces, because load tests use this route.</summary>
internal sealed class CreateSession(SessionBook sessions) : JsonOperation
{
    private static readonly Answer WorkflowMissing = Answers.Field("workflow_id", "This field is required.");

    protected override Answer Execute(ReadOnlySpan<byte> json)
    {
        if (SessionDetails.Parse(json) is not { } details)
            return WorkflowMissing;
        var session = sessions.Open(details);
        Span<byte> token = stackalloc byte[SeededIds.TokenLength];
        sessions.Ids.WriteToken(session.Number, token);

        Output.Write("{\"session_id\":\""u8);
        Output.Write(session.Id);
        Output.Write("\",\"session_number\":"u8);
        Output.Write(session.Number);
        Output.Write(",\"session_token\":\""u8);
        Output.Write(token);
        Output.Write("\",\"url\":\"https://verify.provider.example/en/session/"u8);
        Output.Write(token);
        Output.Write("\",\"vendor_data\":"u8);
        Output.Write(details.VendorData);
        Output.Write(",\"metadata\":"u8);
        Output.Write(details.Metadata);
        Output.Write(",\"status\":\"Not Started\",\"workflow_id\":"u8);
        Output.Write(details.WorkflowId);
        Output.Write(",\"workflow_version\":3,\"callback\":"u8);
        Output.Write(details.Callback);
        Output.Write("}"u8);
        return new Answer(201, Output.Written, HadEffect: true);
    }
}
