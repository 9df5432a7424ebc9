using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>A request's permit in the total of requests, from its head to the end of its answer; once the caller is known, also a permit of the caller.</summary>
internal sealed class RequestPermit(Quota requests)
{
    private CallerScope? _caller;

    /// <returns>Null on success, else the limit that was reached.</returns>
    public LimitReached? TryBelongTo(CallerScope caller)
    {
        var reached = requests.TryEnterAs(caller);
        if (reached is null)
            _caller = caller;
        return reached;
    }

    public void Leave()
    {
        if (_caller is { } caller)
            requests.LeaveAs(caller);
        requests.Leave();
    }
}
