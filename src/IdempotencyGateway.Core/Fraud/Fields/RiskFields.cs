using System.Buffers;
using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>The three structured fields (RFC 9651) in which a backend gets a verdict.</summary>
/// <param name="Score">An item: <c>72;level=high;action=review;model="2026-11-21";at=1795283090;degraded=?0</c>.</param>
/// <param name="Reasons">A list, heaviest first. Empty when there are none; the field is then not sent.</param>
/// <param name="Signals">A dictionary. Empty when there are none; the field is then not sent.</param>
public sealed record RiskFields(string Score, string Reasons, string Signals)
{
    public const string ScoreName = "Risk-Score";
    public const string ReasonsName = "Risk-Reasons";
    public const string SignalsName = "Risk-Signals";
    public const string SignatureName = "Risk-Signature";

    /// <summary>The most characters of each field.</summary>
    public const int MaxLength = 4096;

    private static readonly FieldValue[] Levels = [Token("low"), Token("elevated"), Token("high"), Token("critical")];
    private static readonly FieldValue Allow = Token("allow");
    private static readonly FieldValue Review = Token("review");
    private static readonly FieldValue Route = Token("route");
    private static readonly FieldValue Block = Token("block");

    public static RiskFields Of(Verdict verdict)
    {
        // Rented and not on the stack, because zeroing so much stack would take longer than writing most verdicts.
        var room = ArrayPool<char>.Shared.Rent(MaxLength);
        try
        {
            var field = room.AsSpan(0, MaxLength);
            return new(ScoreOf(verdict, field), ReasonsOf(verdict.Reasons, field), SignalsOf(verdict.Signals, field));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(room);
        }
    }

    private static string ScoreOf(Verdict verdict, Span<char> room)
    {
        var writer = new FieldWriter(room);
        writer.Item(FieldValue.OfInteger(verdict.Score));
        writer.Parameter("level", Levels[(int)verdict.Level]);
        writer.Parameter("action", ActionOf(verdict));
        writer.Parameter("model", FieldValue.OfText(verdict.Model));
        writer.Parameter("at", FieldValue.OfInteger(verdict.At.ToUnixTimeSeconds()));
        // Also written when false, so that backends can rely on it being there.
        writer.Parameter("degraded", FieldValue.OfBoolean(verdict.Degraded));
        if (verdict.Cut)
            writer.Parameter("cut", FieldValue.True);
        return writer.Finish();
    }

    /// <summary>The action that the gateway takes or, if it only annotates, the one that it recommends to the backend.</summary>
    private static FieldValue ActionOf(Verdict verdict) => verdict.Action switch
    {
        RiskAction.Block => Block,
        RiskAction.Route => Route,
        RiskAction.Annotate => verdict.Level >= RiskLevel.High ? Review : Allow,
        _ => throw new InvalidOperationException($"no token for {verdict.Action.GetType()}"),
    };

    private static string ReasonsOf(IReadOnlyList<Reason> reasons, Span<char> room)
    {
        if (reasons.Count == 0)
            return "";
        var writer = new FieldWriter(room);
        for (var at = 0; at < reasons.Count; at++)
        {
            var reason = reasons[at];
            writer.Item(FieldValue.OfToken(reason.Code));
            writer.Parameter("g", reason.Group.Token());
            writer.Parameter("w", FieldValue.OfInteger(reason.Weight));
            writer.Parameters(reason.Parameters);
        }
        return writer.Finish();
    }

    private static string SignalsOf(IReadOnlyList<Signal> signals, Span<char> room)
    {
        if (signals.Count == 0)
            return "";
        var writer = new FieldWriter(room);
        for (var at = 0; at < signals.Count; at++)
            writer.Member(signals[at].Name, signals[at].Value);
        return writer.Finish();
    }

    private static FieldValue Token(string text) => FieldValue.OfToken(text);
}
