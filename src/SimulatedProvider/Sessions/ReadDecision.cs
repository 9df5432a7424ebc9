using System.Text.Json;
using SimulatedProvider.Exchange;

namespace SimulatedProvider.Sessions;

/// <summary><c>GET /v3/session/{id}/decision/</c>: only reads, so it does not count as an execution.</summary>
internal sealed class ReadDecision(SessionBook sessions, Guid id) : Operation
{
    public override Answer Execute()
    {
        if (sessions.Find(id) is not { } session)
            return Answers.NotFound;
        using (var json = new Utf8JsonWriter(Output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("session_id", session.Id);
            json.WriteNumber("session_number", session.Number);
            json.WriteString("status", session.Status);
            Write(json, "workflow_id", session.Details.WorkflowId);
            Write(json, "vendor_data", session.Details.VendorData);
            Write(json, "metadata", session.Details.Metadata);
            json.WriteEndObject();
        }
        return new Answer(200, Output.Written);
    }

    private static void Write(Utf8JsonWriter json, string name, byte[] raw)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(raw, skipInputValidation: true);
    }
}
