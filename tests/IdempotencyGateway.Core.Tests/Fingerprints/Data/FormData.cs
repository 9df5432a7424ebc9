using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Tests.Fingerprints.Data;

/// <summary>An HTML form as data, independent of its encoding.</summary>
/// <param name="Pairs">The pairs in order; a null value means a name without an equals sign.</param>
internal sealed record FormData(IReadOnlyList<KeyValuePair<string, string?>> Pairs)
{
    private static readonly string[] Words =
    [
        "a", "b", "", " ", "+", "%", "&", "=", "%41", "\u00E9", "\0", "metadata[user_id]", "u1", "\uD83D\uDE00", "%!", "A",
    ];

    public static FormData Any(Random random) => new([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => AnyPair(random))]);

    public string Meaning() => string.Join(' ', Pairs.Select(pair => $"{Hex(pair.Key)}={(pair.Value is null ? "none" : Hex(pair.Value))}"));

    /// <summary>Returns a copy with one random change, which may happen to change nothing.</summary>
    public FormData Changed(Random random)
    {
        List<KeyValuePair<string, string?>> pairs = [.. Pairs];
        var at = random.Next(pairs.Count);
        switch (random.Next(5))
        {
            case 0:
                pairs.Insert(at, AnyPair(random));
                break;
            case 1 when pairs.Count > 1:
                pairs.RemoveAt(at);
                break;
            case 2:
                (pairs[0], pairs[at]) = (pairs[at], pairs[0]);
                break;
            case 3:
                pairs[at] = new(pairs[at].Key + Word(random), pairs[at].Value);
                break;
            default:
                pairs[at] = new(pairs[at].Key, pairs[at].Value is null ? "" : pairs[at].Value + Word(random));
                break;
        }
        return new(pairs);
    }

    /// <summary>Encodes the form with random spellings: which bytes are escaped, the case of escapes, a space as + or %20.</summary>
    public byte[] Encode(Random random) =>
        Encoding.Latin1.GetBytes(string.Join('&', Pairs.Select(pair =>
            Escape(pair.Key, random) + (pair.Value is null ? "" : "=" + Escape(pair.Value, random)))));

    public override string ToString() => Meaning();

    private static string Escape(string text, Random random)
    {
        var escaped = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value == ' ' && random.Next(2) == 0)
                escaped.Append('+');
            else if (value is not ((byte)'&' or (byte)'=' or (byte)'+' or (byte)'%') && random.Next(2) == 0)
                escaped.Append((char)value);
            else
                escaped.Append('%').Append(value.ToString(random.Next(2) == 0 ? "x2" : "X2", CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)) + ".";

    private static KeyValuePair<string, string?> AnyPair(Random random) =>
        new(Word(random) + Word(random), random.Next(5) == 0 ? null : Word(random) + Word(random));

    private static string Word(Random random) => Words[random.Next(Words.Length)];
}
