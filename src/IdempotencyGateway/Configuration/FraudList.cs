namespace IdempotencyGateway.Configuration;

/// <summary>A file of networks, one on each line.</summary>
/// <param name="Path">A full path.</param>
/// <param name="Use">What it means for an address to be on the list.</param>
public sealed record FraudList(string Name, string Path, FraudListUse Use)
{
    /// <summary>0 to 100; with <see cref="FraudListUse.Score"/>.</summary>
    public int Weight { get; init; } = 40;

    /// <summary>The signal's name, with <see cref="FraudListUse.Score"/>.</summary>
    public string Signal { get; init; } = "ip.list";
}

public enum FraudListUse
{
    /// <summary>Adds a weight to the score.</summary>
    Score,

    /// <summary>The score is 100, and nothing is sent.</summary>
    Block,

    /// <summary>The score is 0.</summary>
    Allow,
}
