namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Cartesian products as the rows of a theory.</summary>
internal static class Every
{
    public static TheoryData<TFirst, TSecond> Of<TFirst, TSecond>(IEnumerable<TFirst> first, IReadOnlyCollection<TSecond> second)
    {
        var rows = new TheoryData<TFirst, TSecond>();
        foreach (var (one, other) in first.SelectMany(_ => second, (one, other) => (one, other)))
            rows.Add(one, other);
        return rows;
    }

    public static TheoryData<TFirst, TSecond, TThird> Of<TFirst, TSecond, TThird>(
        IEnumerable<TFirst> first, IReadOnlyCollection<TSecond> second, IReadOnlyCollection<TThird> third)
    {
        var rows = new TheoryData<TFirst, TSecond, TThird>();
        foreach (var one in first)
        {
            foreach (var (other, another) in second.SelectMany(_ => third, (other, another) => (other, another)))
                rows.Add(one, other, another);
        }
        return rows;
    }
}
