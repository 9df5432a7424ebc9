using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>How another party's score is written, and what it comes to on ours: 0 (good) to 100 (bad), in proportion between the two.</summary>
/// <param name="Best">From here on it is 0.</param>
/// <param name="Worst">From here on it is 100; above or below <paramref name="Best"/>.</param>
/// <param name="Least">A lower number is not a score.</param>
/// <param name="Most">Nor is a higher one.</param>
public sealed record EdgeScale(double Best, double Worst, double Least, double Most)
{
    private const int MaxLength = 16;

    /// <summary>1 to 99, low is a bot: Cloudflare calls 1 automated, 2 to 29 likely so, 30 and more likely human. Its 0 means that nothing was computed.</summary>
    public static EdgeScale CloudflareBotScore { get; } = new(Best: 30, Worst: 1, Least: 1, Most: 99);

    /// <summary>0 to 100, high is bad.</summary>
    public static EdgeScale Percent { get; } = new(Best: 0, Worst: 100, Least: 0, Most: 100);

    /// <summary>0 to 1, high is bad.</summary>
    public static EdgeScale Probability { get; } = new(Best: 0, Worst: 1, Least: 0, Most: 1);

    /// <returns>Null for what is not a score on this scale: it counts neither for nor against.</returns>
    public int? Risk(string? text) =>
        text is { Length: > 0 and <= MaxLength } && double.TryParse(text.AsSpan().Trim(" \t"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var score)
            ? Risk(score)
            : null;

    /// <returns>As above.</returns>
    public int? Risk(double score) => score >= Least && score <= Most
        ? (int)Math.Round(100 * Math.Clamp((score - Best) / (Worst - Best), 0, 1), MidpointRounding.AwayFromZero)
        : null;
}
