using System.Collections;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>One header or trailer line: name as spelt on the wire, value without the white space around it.</summary>
public readonly record struct Field(string Name, string Value);

/// <summary>Header or trailer lines in the order in which they came, doubles and all.</summary>
public sealed class Fields(IReadOnlyList<Field> lines) : IReadOnlyList<Field>
{
    public static Fields None { get; } = new([]);

    public int Count => lines.Count;

    public Field this[int index] => lines[index];

    /// <summary>The value of the only line of that name, null when there is none.</summary>
    /// <exception cref="InvalidOperationException">There are several: ask for <see cref="Values"/>.</exception>
    public string? this[string name] => Values(name).SingleOrDefault();

    public IReadOnlyList<string> Values(string name) =>
        [.. lines.Where(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(line => line.Value)];

    public bool Has(string name) => Values(name).Count > 0;

    public IEnumerator<Field> GetEnumerator() => lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
