using System.Globalization;

namespace SimulatedProvider.Faults;

/// <summary>
/// Parses faults from text, for the <c>X-Simulate</c> header and the control routes: words separated by commas, applied in the order written,
/// those before executing first.
/// </summary>
internal static class FaultWords
{
    public const string Known =
        "latency=<200ms|2s|1m>, hold, hang, reset, close, drop, refuse-stream, status=<200..599>, truncate, close-delimited; "
        + "execute-then-<hold|hang|reset|close|drop|refuse-stream|status=...>";

    private const string AfterPrefix = "execute-then-";

    /// <param name="gate">The gate at which <c>hold</c> waits.</param>
    /// <returns>Null when a word is unknown; <paramref name="wrong"/> names it and lists the known ones.</returns>
    public static IReadOnlyList<Fault>? TryParse(string text, FaultGate gate, out string? wrong)
    {
        var faults = new List<Fault>();
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Parse(word, gate) is not { } fault)
            {
                wrong = $"unknown fault \"{word}\"; known are: {Known}";
                return null;
            }
            faults.Add(fault);
        }
        wrong = null;
        return faults;
    }

    private static Fault? Parse(string word, FaultGate gate)
    {
        var after = word.StartsWith(AfterPrefix, StringComparison.Ordinal);
        var moment = after ? FaultMoment.AfterExecuting : FaultMoment.BeforeExecuting;
        var (name, value) = Split(after ? word[AfterPrefix.Length..] : word);
        return (name, value) switch
        {
            ("hold", null) => new Fault.Hold(gate, moment),
            ("hang", null) => new Fault.Hang(moment),
            ("reset", null) => new Fault.Reset(moment),
            ("close", null) => new Fault.Close(moment),
            ("drop", null) => new Fault.Drop(moment),
            ("refuse-stream", null) => new Fault.RefuseStream(moment),
            ("status", { } code) when ParseStatus(code) is { } status => new Fault.Status(status, moment),
            ("latency", { } text) when !after && DurationText.TryParse(text) is { } duration => new Fault.Latency(duration),
            ("truncate", null) when !after => new Fault.Truncate(),
            ("close-delimited", null) when !after => new Fault.CloseDelimited(),
            _ => null,
        };
    }

    private static (string Name, string? Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
    }

    private static int? ParseStatus(string code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 200 and <= 599
            ? status
            : null;
}
