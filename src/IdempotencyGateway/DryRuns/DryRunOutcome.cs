using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.DryRuns;

/// <summary>What guarding would have done with a request: a closed set.</summary>
internal sealed record DryRunOutcome
{
    /// <summary>Sent: the request is the first with its key.</summary>
    public static readonly DryRunOutcome Send = new("send");

    /// <summary>Sent again: an earlier attempt left the key free, or its outcome is unknown and the policy forwards again.</summary>
    public static readonly DryRunOutcome SendAgain = new("send_again");

    /// <summary>Answered from the record: the first request got a final answer.</summary>
    public static readonly DryRunOutcome Replay = new("replay");

    /// <summary>Waits for the first request, which is under way, or which would be if it were guarded, because a guarded call outlives its client.</summary>
    public static readonly DryRunOutcome Wait = new("wait");

    /// <summary>Forwarded unguarded: the request has no key and needs none.</summary>
    public static readonly DryRunOutcome Pass = new("pass");

    /// <summary>Unknown: the body was not read to its end (it broke off, or was not forwarded), there was no memory for a copy, or the token's signing keys arrived too late.</summary>
    public static readonly DryRunOutcome NotTold = new("not_told");

    /// <summary>The problems with which a guard refuses a request that would otherwise be sent. The problem's code is the label.</summary>
    private static readonly Dictionary<GatewayProblem, DryRunOutcome> Refusals = new[]
    {
        GatewayProblem.KeyMissing, GatewayProblem.KeyInvalid, GatewayProblem.KeyReused, GatewayProblem.KeyExpired, GatewayProblem.OutcomeUnknown, GatewayProblem.BodyTooLarge,
        GatewayProblem.CallerUnknown, GatewayProblem.CallerUnverifiable, GatewayProblem.ConsentMissing, GatewayProblem.UpgradeRefused,
    }.ToDictionary(problem => problem, problem => new DryRunOutcome(problem.Code));

    private DryRunOutcome(string label) => Label = label;

    public static IReadOnlyList<DryRunOutcome> All { get; } = [Send, SendAgain, Replay, Wait, Pass, NotTold, .. Refusals.Values];

    /// <summary>Its name in metrics and logs.</summary>
    public string Label { get; }

    /// <exception cref="KeyNotFoundException">Guarding never refuses with this problem.</exception>
    public static DryRunOutcome Refuse(GatewayProblem problem) => Refusals[problem];

    /// <param name="state">The state of the earlier request with the same key; null when there is none.</param>
    /// <param name="isSame">Whether this request has the same fingerprint as that one.</param>
    public static DryRunOutcome Of(SeenState? state, bool isSame, OnUnknown onUnknown) => (state, isSame) switch
    {
        (null, _) => Send,
        (SeenState.Released, _) => SendAgain,
        (_, false) => Refuse(GatewayProblem.KeyReused),
        (SeenState.UnderWay or SeenState.Left, true) => Wait,
        (SeenState.Answered, true) => Replay,
        (SeenState.InDoubt, true) => onUnknown == OnUnknown.ForwardAgain ? SendAgain : Refuse(GatewayProblem.OutcomeUnknown),
        _ => throw new InvalidOperationException($"no such state: {state}"),
    };
}
