namespace IdempotencyGateway.Core.Tests.Fingerprints.Data;

/// <summary>Generates random JSON, and random variations of given JSON.</summary>
internal sealed class JsonGenerator(Random random)
{
    private static readonly string[] Names =
    [
        "a", "b", "ab", "aa", "A", "", "\u00E9", "\uD83D\uDE00", "\uD83D", "\uFFFD", "\"", "\\", "\n", "name", "vendor_data", "\0", "\"\"", "n1", "\u00FF",
    ];

    private static readonly string[] Numbers = ["0", "-0", "1", "1.0", "1e0", "1E0", "10", "12345678901234567890", "0.1", "-1", "1e400"];

    public JsonData Any(int depth = 3) => random.Next(depth > 0 ? 7 : 4) switch
    {
        0 => new JsonData.Literal(Pick("true", "false", "null")),
        1 => new JsonData.Number(Pick(Numbers)),
        2 or 3 => new JsonData.Text(Text()),
        4 => new JsonData.List(Many(() => Any(depth - 1))),
        _ => new JsonData.Object(Many(() => KeyValuePair.Create(Pick(Names), Any(depth - 1)))),
    };

    /// <summary>Returns a copy with one random change. It may keep the meaning (two equal items swapped); compare with <see cref="JsonData.Meaning"/>.</summary>
    public JsonData Changed(JsonData data) => data switch
    {
        JsonData.List { Items.Count: > 0 } list when random.Next(4) > 0 =>
            new JsonData.List(Replaced(list.Items, Changed)),
        JsonData.Object { Members.Count: > 0 } members when random.Next(4) > 0 =>
            new JsonData.Object(Replaced(members.Members, Changed)),
        JsonData.List list => Reshaped(list.Items, () => Any(1)) is { } items ? new JsonData.List(items) : new JsonData.Object([]),
        JsonData.Object members =>
            Reshaped(members.Members, () => KeyValuePair.Create(Pick(Names), Any(1))) is { } changed
                ? new JsonData.Object(changed)
                : new JsonData.List([]),
        JsonData.Literal literal => Pick<JsonData>(
            new JsonData.Text(literal.Word),
            new JsonData.Literal(literal.Word == "true" ? "false" : "true"),
            new JsonData.List([]),
            new JsonData.Object([])),
        JsonData.Number number => Pick<JsonData>(
            new JsonData.Text(number.Digits), new JsonData.Number(number.Digits + "1"), new JsonData.Number("-7")),
        JsonData.Text text => Pick<JsonData>(
            new JsonData.Text(text.Value + Pick("a", "\0", "\uFFFD", "\uD800")),
            new JsonData.Text(Text()),
            new JsonData.Literal("null"),
            new JsonData.List([text])),
        _ => throw new InvalidOperationException(),
    };

    private KeyValuePair<string, JsonData> Changed(KeyValuePair<string, JsonData> member) =>
        random.Next(4) == 0 ? KeyValuePair.Create(Pick(Names), member.Value) : KeyValuePair.Create(member.Key, Changed(member.Value));

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Pick(Names)));

    private List<T> Many<T>(Func<T> one) => [.. Enumerable.Range(0, random.Next(random.Next(20) == 0 ? 60 : 5)).Select(_ => one())];

    private List<T> Replaced<T>(IReadOnlyList<T> items, Func<T, T> change)
    {
        var at = random.Next(items.Count);
        return [.. items.Select((item, i) => i == at ? change(item) : item)];
    }

    /// <summary>Adds, removes or moves one item; null if that is impossible.</summary>
    private List<T>? Reshaped<T>(IReadOnlyList<T> items, Func<T> another)
    {
        List<T> changed = [.. items];
        if (random.Next(3) == 0)
            changed.Insert(random.Next(items.Count + 1), another());
        else if (items.Count == 0)
            return null;
        else if (random.Next(2) == 0)
            changed.RemoveAt(random.Next(items.Count));
        else
            (changed[0], changed[^1]) = (changed[^1], changed[0]);
        return changed;
    }

    private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];
}
