using System.Runtime.InteropServices;
using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>
/// What the sources find about one request, and in the end the verdict over it. One for each request, filled by one thread at a time; the order in which
/// sources report changes no score.
/// </summary>
public sealed class Findings(RiskModel model)
{
    private readonly List<Signal> _signals = new(8);
    private readonly List<Reason> _reasons = new(4);
    private bool _denied;
    private bool _allowed;

    /// <summary>A source was missing so far.</summary>
    public bool IsDegraded { get; private set; }

    /// <summary>The latest value of a name counts.</summary>
    /// <param name="name">A <see cref="FieldKey"/>.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public void Fact(string name, FieldValue value)
    {
        if (value.Kind == FieldKind.None)
            throw new ArgumentException("a fact has a value", nameof(value));
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

    /// <summary>Counts what the model says, in full.</summary>
    public void Raise(ReasonKind kind, FieldParameters? parameters = null) => Raise(kind, model.WeightOf(kind), parameters);

    /// <summary>Counts a share of what the model says.</summary>
    /// <param name="share">0 (nothing is raised) to 1; beyond either it counts as that.</param>
    public void RaiseShare(ReasonKind kind, double share, FieldParameters? parameters = null)
    {
        if (double.IsNaN(share))
            throw new ArgumentOutOfRangeException(nameof(share), "a share is a number");
        if (share > 0)
            Raise(kind, (int)Math.Round(model.WeightOf(kind) * Math.Min(share, 1), MidpointRounding.AwayFromZero), parameters);
    }

    /// <summary>Counts as given: a list has a weight of its own.</summary>
    /// <param name="weight">0 to 100.</param>
    public void Raise(ReasonKind kind, int weight, FieldParameters? parameters = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 100);
        _reasons.Add(new(kind.Code, kind.Group, weight, parameters ?? FieldParameters.None));
    }

    /// <summary>A source should have been asked and could not be: the verdict will be degraded and say which.</summary>
    public void Missing(string source)
    {
        IsDegraded = true;
        Fact(SignalNames.Missing(source), FieldValue.True);
    }

    /// <summary>On a list that blocks: the score is 100, whatever else is found, being allowed too.</summary>
    public void Deny(string list)
    {
        _denied = true;
        Raise(ReasonKinds.DenyListed, ListNamed(list));
    }

    /// <summary>On a list that lets pass: the score is 0, whatever else is found except a denial.</summary>
    public void Allow(string list)
    {
        _allowed = true;
        Raise(ReasonKinds.AllowListed, ListNamed(list));
    }

    /// <param name="at">Now.</param>
    /// <param name="actions">Which action a level asks for. What is denied is blocked, what is allowed is only annotated, without asking.</param>
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
