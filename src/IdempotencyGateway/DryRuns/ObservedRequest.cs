using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.DryRuns;

/// <summary>One request of a dry run. Reports once what guarding would have done with it, and remembers its outcome, by which its retries are judged.</summary>
internal sealed class ObservedRequest(DryRunObserver observer, HttpContext context, GuardedRoute route, WatchedAnswer answer, PassingBody? passing) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stream _body = context.Request.Body;
    private SeenKeys.Attempt? _attempt;
    private bool _isTold;
    private bool _isAnswered;

    /// <summary>Replaces the request's body by the stream that copies it while it is forwarded.</summary>
    public void Watch() => context.Request.Body = passing ?? _body;

    /// <summary>Takes the result of intake, and disposes what it holds.</summary>
    public void Judge(IntakeResult result)
    {
        lock (_gate)
        {
            StorageKey? record = null;
            var outcome = result switch
            {
                IntakeResult.Guarded(var request) => Meet(request, out record),
                IntakeResult.Refused(var reply, _) => DryRunOutcome.Refuse(reply.Problem),
                IntakeResult.Unguarded(var body) => Pass(body),
                IntakeResult.ClientGone => DryRunOutcome.NotTold,
                _ => throw new InvalidOperationException("no such intake result"),
            };
            Tell(outcome, record);
        }
    }

    /// <summary>Forwarding has returned normally, whatever the answer.</summary>
    public void Answered() => _isAnswered = true;

    public void Dispose()
    {
        context.Request.Body = _body;
        passing?.GiveUp();
        lock (_gate)
        {
            Tell(DryRunOutcome.NotTold, record: null);
            // Without it, forwarding threw because of a bug, and whether the provider has acted is unknown.
            if (_attempt is not null)
                observer.End(route, _attempt, isLate => _isAnswered ? answer.Read(context, isLate) : new ForwardOutcome.Unknown("a bug", Status: null, TimedOut: false));
        }
    }

    private DryRunOutcome Meet(Exchange.GuardedRequest request, out StorageKey? record)
    {
        using var held = request;
        record = request.StorageKey;
        // If the request has ended already, nothing would ever end an attempt noted now.
        return _isTold ? DryRunOutcome.NotTold : observer.Seen.Meet(request.StorageKey, request.Fingerprint, route.Policy, out _attempt);
    }

    private static DryRunOutcome Pass(SpooledBody? body)
    {
        body?.Dispose();
        return DryRunOutcome.Pass;
    }

    private void Tell(DryRunOutcome outcome, StorageKey? record)
    {
        if (_isTold)
            return;
        _isTold = true;
        observer.Tell(route, outcome, record);
    }
}
