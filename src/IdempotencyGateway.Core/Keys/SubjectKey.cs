namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// Names the person or thing that records are about, as a keyed hash: whoever reads the store can tell that two records have the same subject, and not which.
/// </summary>
public readonly record struct SubjectKey(Digest256 Digest)
{
    /// <param name="subject">As requests and answers spell it; another spelling is another subject.</param>
    public static SubjectKey Derive(StoreSecret secret, string subject)
    {
        using var hash = new FramedHash(stackalloc byte[256]);
        hash.Add(subject);
        return new(hash.Finish(secret.Subjects));
    }

    public override string ToString() => Digest.ToString();
}
