using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>One request's place among those under way, from its head to the end of its answer; its caller's, too, once it is known whose it is.</summary>
internal sealed class RequestSeat(Quota requests)
{
    private CallerScope? _caller;

    /// <returns>Null when the caller had room for one more.</returns>
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
