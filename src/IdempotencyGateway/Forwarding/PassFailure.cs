namespace IdempotencyGateway.Forwarding;

/// <summary>Why a request that was forwarded without a record got no answer: exactly one of the three cases below. Each has the status that YARP chose for it.</summary>
internal abstract record PassFailure
{
    private PassFailure()
    {
    }

    /// <summary>There was nobody to send it to.</summary>
    internal sealed record NeverSent(string Reason, int Status) : PassFailure;

    /// <summary>The client's body: too slow (408), too large (413), or broken. Some of it may have been sent.</summary>
    internal sealed record UnreadableBody(int Status) : PassFailure;

    /// <summary>The provider may have acted, more than once: the HTTP client below repeats some requests by itself.</summary>
    internal sealed record NoAnswer(string Reason, int Status) : PassFailure;
}
