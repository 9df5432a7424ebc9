using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// A keyed hash over the canonical form of a request. Two requests with the same key must have the same fingerprint.
/// It is keyed because identity data is guessable: without the secret, a stolen store confirms no guess.
/// </summary>
public readonly record struct Fingerprint(Digest256 Digest)
{
    public override string ToString() => Digest.ToString();
}
