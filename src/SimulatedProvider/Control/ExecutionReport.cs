using System.Text.Json;
using SimulatedProvider.Exchange;
using SimulatedProvider.Executions;

namespace SimulatedProvider.Control;

/// <summary>Writes the execution log as JSON.</summary>
internal static class ExecutionReport
{
    /// <summary>The most labels that a report lists; <c>labels_cut</c> is true when there are more.</summary>
    public const int MaxLabels = 10_000;

    public static ReadOnlyMemory<byte> Write(PooledBuffer output, ExecutionLog log)
    {
        using (var json = new Utf8JsonWriter(output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("total", log.Total);
            json.WriteNumber("deliveries", log.Deliveries);
            if (log.CountsPerOperation)
                WriteLabels(json, log);
            json.WriteEndObject();
        }
        return output.Written;
    }

    private static void WriteLabels(Utf8JsonWriter json, ExecutionLog log)
    {
        var labels = log.LabelCount;
        json.WriteNumber("most_executed", log.MostExecuted());
        json.WriteNumber("label_count", labels);
        json.WriteBoolean("labels_cut", labels > MaxLabels);
        json.WriteNumber("unlabelled", log.Unlabelled);
        json.WriteStartObject("labels");
        foreach (var (label, count) in log.PerOperation().Take(MaxLabels))
        {
            json.WriteStartObject(label);
            json.WriteNumber("executions", count.Executions);
            json.WriteNumber("deliveries", count.Deliveries);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
