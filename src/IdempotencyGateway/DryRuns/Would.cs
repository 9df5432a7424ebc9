using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;

namespace IdempotencyGateway.DryRuns;

/// <summary>What guarding would have done with a request: a closed set.</summary>
internal sealed record Would
{
    /// <summary>The first with its key.</summary>
    public static readonly Would Send = new("send");

    /// <summary>An attempt before it left the key free, or its outcome is unknown and the policy forwards again.</summary>
    public static readonly Would SendAgain = new("send_again");

    /// <summary>The first was answered, finally.</summary>
    public static readonly Would Replay = new("replay");

    /// <summary>The first is under way, or its client left it, which a guarded call outlives.</summary>
    public static readonly Would Wait = new("wait");

    /// <summary>It has no key and needs none.</summary>
    public static readonly Would Pass = new("pass");

    /// <summary>Nobody can tell: its body did not pass by whole (it was broken off, or had nowhere to go), there was no memory to look at it, or its token's keys came too late.</summary>
    public static readonly Would NotTold = new("not_told");

    /// <summary>Every problem by which a guard refuses what else would be sent. Its code is the label.</summary>
    private static readonly Dictionary<GatewayProblem, Would> Refusals = new[]
    {
        GatewayProblem.KeyMissing, GatewayProblem.KeyInvalid, GatewayProblem.KeyReused, GatewayProblem.KeyExpired, GatewayProblem.OutcomeUnknown, GatewayProblem.BodyTooLarge,
        GatewayProblem.CallerUnknown, GatewayProblem.CallerUnverifiable, GatewayProblem.ConsentMissing, GatewayProblem.UpgradeRefused,
    }.ToDictionary(problem => problem, problem => new Would(problem.Code));

    private Would(string label) => Label = label;

    public static IReadOnlyList<Would> All { get; } = [Send, SendAgain, Replay, Wait, Pass, NotTold, .. Refusals.Values];

    /// <summary>As metrics and logs call it.</summary>
    public string Label { get; }

    /// <exception cref="KeyNotFoundException">No guard refuses by this problem.</exception>
    public static Would Refuse(GatewayProblem problem) => Refusals[problem];

    /// <param name="state">Of the earlier request with the same key; null when there is none.</param>
    /// <param name="isSame">This one asks for the same.</param>
    public static Would Of(SeenState? state, bool isSame, OnUnknown onUnknown) => (state, isSame) switch
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
