namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>
/// What one request was found to be, once and for all: stored with its record, repeated on replays. Made by <see cref="Findings.Judge"/> and
/// <see cref="VerdictCodec.Decode"/>, which keep its size bounded.
/// </summary>
public sealed record Verdict
{
    public const int MaxReasons = 32;
    public const int MaxSignals = 64;

    internal Verdict()
    {
    }

    /// <summary>0 (nothing known against it) to 100.</summary>
    public required int Score { get; init; }

    public required RiskLevel Level { get; init; }

    /// <summary>What the level or a list asks for. A profile may decide otherwise (dry run, degraded): <c>verdict with { Action = … }</c>.</summary>
    public required RiskAction Action { get; init; }

    /// <summary>The name of the model that judged.</summary>
    public required string Model { get; init; }

    /// <summary>A <see cref="WholeSecond"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>At least one source could not be asked, so the score may be too low. Which ones, the signals <c>missing.…</c> say.</summary>
    public required bool Degraded { get; init; }

    /// <summary>Reasons or signals were left off to keep the size bounded. The score counted all of them.</summary>
    public required bool Cut { get; init; }

    /// <summary>The heaviest first, then by code.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    /// <summary>Each name once, in the order of finding.</summary>
    public required IReadOnlyList<Signal> Signals { get; init; }

    /// <summary>As near as a verdict tells the time.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    public bool Equals(Verdict? other) => other is not null
        && (Score, Level, Action, Model, At, Degraded, Cut) == (other.Score, other.Level, other.Action, other.Model, other.At, other.Degraded, other.Cut)
        && Reasons.SequenceEqual(other.Reasons) && Signals.SequenceEqual(other.Signals);

    public override int GetHashCode() => HashCode.Combine(Score, At, Reasons.Count, Signals.Count);
}
