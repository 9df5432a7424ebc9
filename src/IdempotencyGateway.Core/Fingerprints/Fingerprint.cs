using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// What a request asked for, as a keyed hash over its canonical form. Two requests under one key must have the same one.
/// Keyed, because identity bodies are guessable: without the secret, a stolen store cannot be used to confirm a guess.
/// </summary>
public readonly record struct Fingerprint(Digest256 Digest)
{
    public override string ToString() => Digest.ToString();
}
