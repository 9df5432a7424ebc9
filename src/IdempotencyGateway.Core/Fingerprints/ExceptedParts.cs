using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// The parts of a body that are left out of its fingerprint, because they change with every attempt, such as a timestamp. If the body does not parse, nothing is
/// left out.
/// </summary>
/// <param name="Members">Members of JSON objects, at any depth but not inside arrays.</param>
/// <param name="Fields">Fields of forms, by their decoded names.</param>
public sealed record ExceptedParts(IReadOnlyList<JsonPointer> Members, IReadOnlyList<string> Fields)
{
    public static ExceptedParts None { get; } = new([], []);

    internal bool HasField(ReadOnlySpan<byte> pair) => FormField.NameOf(pair) is { } name && Fields.Contains(name, StringComparer.Ordinal);
}
