using System.Text.Json;
using SimulatedProvider.Exchange;
using SimulatedProvider.Faults;

namespace SimulatedProvider.Control;

/// <summary>Writes the state of the fault switches, or the errors of an attempt to set them, as JSON.</summary>
internal static class FaultReport
{
    public static ReadOnlyMemory<byte> Write(PooledBuffer output, FaultSwitches faults)
    {
        using (var json = new Utf8JsonWriter(output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("armed", faults.Armed);
            json.WriteNumber("held", faults.WordGate.Held.Value);
            json.WriteEndObject();
        }
        return output.Written;
    }

    public static ReadOnlyMemory<byte> Write(PooledBuffer output, IReadOnlyList<string> errors)
    {
        using (var json = new Utf8JsonWriter(output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("detail", "The faults were not changed.");
            json.WriteStartArray("errors");
            foreach (var error in errors)
                json.WriteStringValue(error);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return output.Written;
    }
}
