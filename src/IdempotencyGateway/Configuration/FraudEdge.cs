using IdempotencyGateway.Core.Fraud.Scoring;

namespace IdempotencyGateway.Configuration;

/// <summary>A score that a trusted proxy sends along in a header.</summary>
/// <param name="Header">In lower case.</param>
public sealed record FraudEdge(string Header, EdgeScale Scale);

/// <summary>The scale of such a score.</summary>
public enum EdgeScaleName
{
    /// <summary>0 to 100, high is bad.</summary>
    Percent,

    /// <summary>0 to 1, high is bad.</summary>
    Probability,

    /// <summary>1 to 99, low is a bot.</summary>
    CloudflareBotScore,
}
