using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The scale of another party's score, mapped linearly to 0 (good) to 100 (bad).</summary>
/// <param name="Best">The score that maps to 0, as do better ones.</param>
/// <param name="Worst">The score that maps to 100, as do worse ones. It may be above or below <paramref name="Best"/>.</param>
/// <param name="Least">The lowest valid score.</param>
/// <param name="Most">The highest valid score.</param>
public sealed record EdgeScale(double Best, double Worst, double Least, double Most)
{
    private const int MaxLength = 16;

    /// <summary>Cloudflare's bot score, 1 to 99: 1 is automated, 2 to 29 likely automated, 30 and more likely human. 0 means that no score was computed.</summary>
    public static EdgeScale CloudflareBotScore { get; } = new(Best: 30, Worst: 1, Least: 1, Most: 99);

    /// <summary>0 to 100, high is bad.</summary>
    public static EdgeScale Percent { get; } = new(Best: 0, Worst: 100, Least: 0, Most: 100);

    /// <summary>0 to 1, high is bad.</summary>
    public static EdgeScale Probability { get; } = new(Best: 0, Worst: 1, Least: 0, Most: 1);

    /// <returns>Null when the text is not a valid score on this scale. It then counts neither for nor against the request.</returns>
    public int? Risk(string? text) =>
        text is { Length: > 0 and <= MaxLength } && double.TryParse(text.AsSpan().Trim(" \t"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score)
            ? Risk(score)
            : null;

    /// <returns>As above.</returns>
    public int? Risk(double score) => score >= Least && score <= Most
        ? (int)Math.Round(100 * Math.Clamp((score - Best) / (Worst - Best), 0, 1), MidpointRounding.AwayFromZero)
        : null;
}
