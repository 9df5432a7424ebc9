using System.Globalization;
using System.Text;

namespace IdempotencyGateway.Core.Tests.Fingerprints.Data;

/// <summary>JSON as data, apart from any way of writing it.</summary>
internal abstract record JsonData
{
    private JsonData()
    {
    }

    public sealed record Literal(string Word) : JsonData;

    /// <param name="Digits">As written: how a number is spelled is part of the data here.</param>
    public sealed record Number(string Digits) : JsonData;

    /// <param name="Value">UTF-16, surrogates that stand alone included.</param>
    public sealed record Text(string Value) : JsonData;

    public sealed record List(IReadOnlyList<JsonData> Items) : JsonData;

    public sealed record Object(IReadOnlyList<KeyValuePair<string, JsonData>> Members) : JsonData;

    /// <summary>
    /// Equal for two pieces of data exactly when they are the same: the order of members does not count, that of equal names does.
    /// An oracle: slow and plain, and it shares nothing with the code it judges.
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
