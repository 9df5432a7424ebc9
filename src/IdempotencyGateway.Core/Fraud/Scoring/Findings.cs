using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>
/// Collects what the sources find about one request, and makes the verdict from it. One instance per request, used by one thread at a time. The order in which
/// sources report does not change the score.
/// </summary>
public sealed class Findings(RiskModel model)
{
    private readonly List<Signal> _signals = new(8);
    private readonly List<Reason> _reasons = new(4);
    private bool _denied;
    private bool _allowed;

    /// <summary>At least one source was reported missing.</summary>
    public bool IsDegraded { get; private set; }

    /// <summary>Notes a fact. A later value of the same name replaces an earlier one.</summary>
    /// <param name="name">A <see cref="FieldKey"/>.</param>
    /// <exception cref="ArgumentException">The name is not a valid key, or the value is default.</exception>
    public void Fact(string name, FieldValue value)
    {
        if (value.Kind == FieldKind.None)
            throw new ArgumentException("a fact needs a value", nameof(value));
        var signal = new Signal(FieldKey.Checked(name), value);
        for (var at = 0; at < _signals.Count; at++)
        {
            if (_signals[at].Name == name)
            {
                _signals[at] = signal;
                return;
            }
        }
        _signals.Add(signal);
    }

    /// <summary>Notes a reason, with the full weight that the model gives it.</summary>
    public void Raise(ReasonKind kind, FieldParameters? parameters = null) => Raise(kind, model.WeightOf(kind), parameters);

    /// <summary>Notes a reason with a share of the weight that the model gives it.</summary>
    /// <param name="share">0 (nothing is noted) to 1; values outside are clamped.</param>
    public void RaiseShare(ReasonKind kind, double share, FieldParameters? parameters = null)
    {
        if (double.IsNaN(share))
            throw new ArgumentOutOfRangeException(nameof(share), "a share must be a number, not NaN");
        if (share > 0)
            Raise(kind, (int)Math.Round(model.WeightOf(kind) * Math.Min(share, 1), MidpointRounding.AwayFromZero), parameters);
    }

    /// <summary>Notes a reason with a weight of its own, as lists have.</summary>
    /// <param name="weight">0 to 100.</param>
    public void Raise(ReasonKind kind, int weight, FieldParameters? parameters = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 100);
        _reasons.Add(new(kind.Code, kind.Group, weight, parameters ?? FieldParameters.None));
    }

    /// <summary>Notes that a source could not be consulted. The verdict will be degraded and name the source.</summary>
    public void Missing(string source)
    {
        IsDegraded = true;
        Fact(SignalNames.Missing(source), FieldValue.True);
    }

    /// <summary>Notes that the request is on a deny list. The score is then 100, whatever else is found; this also overrides an allow list.</summary>
    public void Deny(string list)
    {
        _denied = true;
        Raise(ReasonKinds.DenyListed, ListNamed(list));
    }

    /// <summary>Notes that the request is on an allow list. The score is then 0, whatever else is found, unless it is denied.</summary>
    public void Allow(string list)
    {
        _allowed = true;
        Raise(ReasonKinds.AllowListed, ListNamed(list));
    }

    /// <summary>Makes the verdict.</summary>
    /// <param name="at">The current time.</param>
    /// <param name="actions">Gives the action for a level. Not called for a denied request, which is blocked, nor for an allowed one, which is only annotated.</param>
    public Verdict Judge(DateTimeOffset at, Func<RiskLevel, RiskAction> actions)
    {
        var score = _denied ? 100 : _allowed ? 0 : model.Score(CollectionsMarshal.AsSpan(_reasons));
        var level = model.Levels.Of(score);
        _reasons.Sort(HeaviestFirst);
        var reasons = KeptReasons();
        var signals = KeptSignals();
        return new()
        {
            Score = score,
            Level = level,
            Action = _denied ? RiskAction.Block.Instance : _allowed ? RiskAction.Annotate.Instance : actions(level),
            Model = model.Name,
            At = Verdict.WholeSecond(at),
            Degraded = IsDegraded,
            Cut = reasons.Length < _reasons.Count || signals.Length < _signals.Count,
            Reasons = reasons,
            Signals = signals,
        };
    }

    private static int HeaviestFirst(Reason one, Reason other)
    {
        if (one.Weight != other.Weight)
            return other.Weight.CompareTo(one.Weight);
        var byCode = string.CompareOrdinal(one.Code, other.Code);
        return byCode != 0 || one == other ? byCode : string.CompareOrdinal(one.ToString(), other.ToString());
    }

    private static FieldParameters ListNamed(string list) =>
        FieldValue.TryText(list, out var name) ? FieldParameters.Of(("list", name)) : FieldParameters.None;

    private Reason[] KeptReasons()
    {
        var kept = 0;
        for (var room = RiskFields.MaxLength; kept < Math.Min(_reasons.Count, Verdict.MaxReasons); kept++)
        {
            if ((room -= _reasons[kept].MaxWrittenLength) < 0)
                break;
        }
        return CollectionsMarshal.AsSpan(_reasons)[..kept].ToArray();
    }

    private Signal[] KeptSignals()
    {
        var kept = 0;
        for (var room = RiskFields.MaxLength; kept < Math.Min(_signals.Count, Verdict.MaxSignals); kept++)
        {
            if ((room -= _signals[kept].MaxWrittenLength) < 0)
                break;
        }
        return CollectionsMarshal.AsSpan(_signals)[..kept].ToArray();
    }
}
