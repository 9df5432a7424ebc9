namespace IdempotencyGateway.Core.Keys;

/// <summary>
/// The person or thing that records are about, as a keyed hash. A reader of the store can tell that two records have the same subject, but not who it is.
/// </summary>
public readonly record struct SubjectKey(Digest256 Digest)
{
    /// <param name="subject">The subject as requests and answers spell it. A different spelling is a different subject.</param>
    public static SubjectKey Derive(StoreSecret secret, string subject)
    {
        using var hash = new FramedHash(stackalloc byte[256]);
        hash.Add(subject);
        return new(hash.Finish(secret.Subjects));
    }

    public override string ToString() => Digest.ToString();
}
