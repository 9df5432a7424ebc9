namespace IdempotencyGateway.Forwarding;

/// <summary>Why a request that was forwarded without a record got no answer: exactly one of the three cases below. Each has the status that YARP chose for it.</summary>
internal abstract record PassFailure
{
    private PassFailure()
    {
    }

    /// <summary>Nothing was sent: no destination was available, or the request could not be built.</summary>
    internal sealed record NeverSent(string Reason, int Status) : PassFailure;

    /// <summary>The client's body was too slow (408), too large (413) or malformed. Some of it may have been sent.</summary>
    internal sealed record UnreadableBody(int Status) : PassFailure;

    /// <summary>The provider may have acted, even more than once, because the HTTP client re-sends some requests by itself.</summary>
    internal sealed record NoAnswer(string Reason, int Status) : PassFailure;
}
