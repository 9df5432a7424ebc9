using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Limits;

/// <summary>One request's place among those under way, from its head to the end of its answer; its caller's, too, once it is known whose it is.</summary>
internal sealed class RequestSeat
{
    private readonly Quota _requests;
    private readonly Http2Connection? _connection;
    private CallerScope? _caller;

    /// <param name="requests">It has been entered.</param>
    public RequestSeat(Quota requests, Http2Connection? connection)
    {
        _requests = requests;
        _connection = connection;
        connection?.Enter();
    }

    /// <returns>Null when the caller had room for one more.</returns>
    public LimitReached? TryBelongTo(CallerScope caller)
    {
        var reached = _requests.TryEnterAs(caller);
        if (reached is null)
            _caller = caller;
        return reached;
    }

    public void Leave()
    {
        if (_caller is { } caller)
            _requests.LeaveAs(caller);
        _requests.Leave();
        _connection?.Leave();
    }
}
