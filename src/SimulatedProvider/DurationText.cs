using System.Globalization;

namespace SimulatedProvider;

/// <summary>Parses durations of up to an hour: a whole number followed by <c>ms</c>, <c>s</c> or <c>m</c>.</summary>
internal static class DurationText
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static TimeSpan? TryParse(ReadOnlySpan<char> text)
    {
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits <= 0 || !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        TimeSpan? duration = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds((long)number),
            "m" => TimeSpan.FromMinutes((long)number),
            _ => null,
        };
        return duration <= Longest ? duration : null;
    }
}
