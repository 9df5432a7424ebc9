using System.Globalization;

namespace IdempotencyGateway.Configuration.Reading;

/// <summary>Sizes in bytes as people write them: 65536, 64KB, 1MB, 1GB. The units are binary: 1KB is 1024 bytes.</summary>
internal static class SizeText
{
    /// <summary>The same syntax as a regular expression, for the schema.</summary>
    public const string Pattern = "^[0-9]+(KB|MB|GB)?$";

    private static readonly (string Unit, long Bytes)[] Units = [("GB", 1L << 30), ("MB", 1L << 20), ("KB", 1L << 10), ("", 1)];

    public static bool TryParse(string text, out long bytes)
    {
        var (unit, size) = Array.Find(Units, u => text.EndsWith(u.Unit, StringComparison.OrdinalIgnoreCase));
        var number = text.AsSpan(0, text.Length - unit.Length);
        var fits = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= long.MaxValue / size;
        bytes = fits ? count * size : 0;
        return fits;
    }

    /// <summary>Formats the value in the largest unit that divides it.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = Array.Find(Units, u => bytes != 0 && bytes % u.Bytes == 0 || u.Bytes == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }
}
