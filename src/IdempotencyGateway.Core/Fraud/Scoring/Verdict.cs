namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>
/// The fraud verdict over one request: its score and why. It is stored with the record and repeated on replays. Made by <see cref="Findings.Judge"/> and
/// <see cref="VerdictCodec.Decode"/>, which bound its size.
/// </summary>
public sealed record Verdict
{
    public const int MaxReasons = 32;
    public const int MaxSignals = 64;

    internal Verdict()
    {
    }

    /// <summary>0 (nothing speaks against the request) to 100.</summary>
    public required int Score { get; init; }

    public required RiskLevel Level { get; init; }

    /// <summary>The action for the level or list. A profile may override it (dry run, degraded verdict) by <c>verdict with { Action = … }</c>.</summary>
    public required RiskAction Action { get; init; }

    /// <summary>The name of the model that was used.</summary>
    public required string Model { get; init; }

    /// <summary>When it was made, as a <see cref="WholeSecond"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>At least one source could not be consulted, so the score may be too low. The signals <c>missing.…</c> name the sources.</summary>
    public required bool Degraded { get; init; }

    /// <summary>Reasons or signals were left out to bound the size. The score includes all of them.</summary>
    public required bool Cut { get; init; }

    /// <summary>Ordered by weight, heaviest first, then by code.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    /// <summary>Names are unique. In the order in which they were found.</summary>
    public required IReadOnlyList<Signal> Signals { get; init; }

    /// <summary>Truncates to the precision of <see cref="At"/>.</summary>
    public static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    public bool Equals(Verdict? other) => other is not null
        && (Score, Level, Action, Model, At, Degraded, Cut) == (other.Score, other.Level, other.Action, other.Model, other.At, other.Degraded, other.Cut)
        && Reasons.SequenceEqual(other.Reasons) && Signals.SequenceEqual(other.Signals);

    public override int GetHashCode() => HashCode.Combine(Score, At, Reasons.Count, Signals.Count);
}
