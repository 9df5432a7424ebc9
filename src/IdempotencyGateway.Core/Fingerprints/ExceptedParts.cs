using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// What of a body takes no part in its fingerprint, because it is new with every attempt and says nothing about what is asked for. Where the body does not
/// parse, all of it takes part.
/// </summary>
/// <param name="Members">Of JSON objects, at any depth outside of lists.</param>
/// <param name="Fields">Of forms, by their decoded name.</param>
public sealed record ExceptedParts(IReadOnlyList<JsonPointer> Members, IReadOnlyList<string> Fields)
{
    public static ExceptedParts None { get; } = new([], []);

    internal bool HasField(ReadOnlySpan<byte> pair) => FormField.NameOf(pair) is { } name && Fields.Contains(name, StringComparer.Ordinal);
}
