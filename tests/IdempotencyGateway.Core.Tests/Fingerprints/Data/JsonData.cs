using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Tests.Fingerprints.Data;

/// <summary>JSON as data, independent of its encoding.</summary>
internal abstract record JsonData
{
    private JsonData()
    {
    }

    public sealed record Literal(string Word) : JsonData;

    /// <param name="Digits">The number as written, because fingerprints distinguish spellings of a number.</param>
    public sealed record Number(string Digits) : JsonData;

    /// <param name="Value">UTF-16, possibly with lone surrogates.</param>
    public sealed record Text(string Value) : JsonData;

    public sealed record List(IReadOnlyList<JsonData> Items) : JsonData;

    public sealed record Object(IReadOnlyList<KeyValuePair<string, JsonData>> Members) : JsonData;

    /// <summary>
    /// A text that is equal for two values exactly when they have the same meaning: the order of members does not count, except among equal names.
    /// It is the test oracle: slow, simple, and independent of the code under test.
    /// </summary>
    public string Meaning() => this switch
    {
        Literal literal => literal.Word,
        Number number => "#" + number.Digits,
        Text text => Units(text.Value),
        List list => $"[{string.Join(' ', list.Items.Select(item => item.Meaning()))}]",
        Object members => $"{{{string.Join(' ', members.Members
            .OrderBy(member => Units(member.Key), StringComparer.Ordinal)
            .Select(member => Units(member.Key) + ':' + member.Value.Meaning()))}}}",
        _ => throw new InvalidOperationException(),
    };

    public sealed override string ToString() => Meaning();

    private static string Units(string text)
    {
        var units = new StringBuilder("'");
        foreach (var unit in text)
            units.Append(CultureInfo.InvariantCulture, $"{(int)unit:x4}");
        return units.Append('\'').ToString();
    }
}
