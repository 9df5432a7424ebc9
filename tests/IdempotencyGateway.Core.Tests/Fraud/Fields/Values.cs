using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Tests.Fraud.Fields;

/// <summary>Generators of field values of every kind, including limit values.</summary>
internal static class Values
{
    private const string Pool = "aZ09 \"\\%'é€\u0000\u007F\t\U0001F600~!*";

    public static FieldValue Any(Random random) => random.Next(7) switch
    {
        0 => FieldValue.OfBoolean(random.Next(2) == 0),
        1 => FieldValue.OfInteger(random.Next(4) == 0 ? FieldValue.MaxInteger * (random.Next(2) == 0 ? 1 : -1) : random.NextInt64(-1000, 1000)),
        2 => Decimal(random.Next(-2_000_000, 2_000_000) / 1000m),
        3 => FieldValue.OfToken("t" + string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "az09:/!#"[random.Next(8)]))),
        4 => FieldValue.OfBytes(Bytes(random)),
        _ => FieldValue.OfText(Text(random)),
    };

    public static FieldValue Decimal(decimal value) => FieldValue.TryDecimal(value, out var made) ? made : throw new ArgumentOutOfRangeException(nameof(value));

    public static string Key(Random random) => "k" + string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => "az09_-.*"[random.Next(8)]));

    public static FieldParameters Parameters(Random random) => FieldParameters.Of(
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => Key(random)).Distinct().Select(key => (key, Any(random)))]);

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(20)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random)
    {
        var runes = Pool.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => runes[random.Next(runes.Length)]));
    }
}
