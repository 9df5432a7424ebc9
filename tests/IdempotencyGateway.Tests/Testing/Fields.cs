using System.Collections;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>One header or trailer line: the name in its case on the wire, the value without surrounding white space.</summary>
public readonly record struct Field(string Name, string Value);

/// <summary>Header or trailer lines in order of arrival, including repeated names.</summary>
public sealed class Fields(IReadOnlyList<Field> lines) : IReadOnlyList<Field>
{
    public static Fields None { get; } = new([]);

    public int Count => lines.Count;

    public Field this[int index] => lines[index];

    /// <summary>The value of the only line with that name; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">Several lines have that name; use <see cref="Values"/>.</exception>
    public string? this[string name] => Values(name).SingleOrDefault();

    public IReadOnlyList<string> Values(string name) =>
        [.. lines.Where(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(line => line.Value)];

    public bool Has(string name) => Values(name).Count > 0;

    public IEnumerator<Field> GetEnumerator() => lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
