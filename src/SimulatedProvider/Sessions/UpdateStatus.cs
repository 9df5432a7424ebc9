using SimulatedProvider.Exchange;

namespace SimulatedProvider.Sessions;

/// <summary><c>PATCH /v3/session/{id}/update-status/</c> with <c>new_status</c>: Approved, Declined or Resubmitted.</summary>
internal sealed class UpdateStatus(SessionBook sessions, Guid id) : JsonOperation
{
    private static readonly Answer Missing = Answers.Field("new_status", "This field is required.");
    private static readonly Answer Unknown = Answers.Field("new_status", "Must be Approved, Declined or Resubmitted.");

    protected override Answer Execute(ReadOnlySpan<byte> json)
    {
        string? status = null;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            if (members.Is("new_status"u8))
                status = members.StringValue();
            else
                members.SkipValue();
        }
        if (status is null)
            return Missing;
        if (status is not ("Approved" or "Declined" or "Resubmitted"))
            return Unknown;
        if (sessions.Find(id) is not { } session)
            return Answers.NotFound;

        session.Status = status;
        Output.Write("{\"session_id\":\""u8);
        Output.Write(id);
        Output.Write("\"}"u8);
        return new Answer(200, Output.Written, HadEffect: true);
    }
}
