using System.Globalization;

namespace IdempotencyGateway.Configuration.Reading;

/// <summary>Durations as people write them: 200ms, 30s, 15m, 24h, 7d, or hh:mm:ss and d.hh:mm:ss.</summary>
internal static class DurationText
{
    /// <summary>The same syntax as a regular expression, for the schema.</summary>
    public const string Pattern = @"^([0-9]+(ms|s|m|h|d)|([0-9]+\.)?[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?)$";

    /// <summary>The largest first.</summary>
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>A number without a unit is refused, because it could mean seconds, milliseconds or days.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        var number = text.AsSpan(0, Math.Max(0, text.AsSpan().IndexOfAnyExceptInRange('0', '9')));
        foreach (var (unit, length) in Units)
        {
            if (text.AsSpan(number.Length).Equals(unit, StringComparison.OrdinalIgnoreCase))
                return TryMultiply(number, length, out value);
        }
        return TryParseClock(text, out value);
    }

    /// <summary>Whether the text is hh:mm:ss or d.hh:mm:ss.</summary>
    public static bool IsClock(string text) => TryParseClock(text, out _);

    /// <summary>Formats the value in the largest unit that divides it.</summary>
    public static string Format(TimeSpan value)
    {
        foreach (var (unit, length) in Units)
        {
            if (value != TimeSpan.Zero && value.Ticks % length.Ticks == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / length.Ticks}{unit}");
        }
        return value == TimeSpan.Zero ? "0s" : value.ToString("c", CultureInfo.InvariantCulture);
    }

    private static bool TryParseClock(string text, out TimeSpan value)
    {
        value = default;

        // .NET would also read "5" as days and "00:30" as half an hour.
        var isWhole = text.Count(c => c == ':') == 2 && !text.StartsWith('-');
        return isWhole && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value);
    }

    private static bool TryMultiply(ReadOnlySpan<char> number, TimeSpan unit, out TimeSpan value)
    {
        var fits = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= TimeSpan.MaxValue.Ticks / unit.Ticks;
        value = fits ? TimeSpan.FromTicks(count * unit.Ticks) : default;
        return fits;
    }
}
