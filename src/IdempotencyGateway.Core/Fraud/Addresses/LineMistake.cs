namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>A line of a text file that says nothing this gateway understands. What stands there is not told: whoever may ask how the gateway is need not see a file that was named by mistake.</summary>
/// <param name="Line">The first is 1.</param>
/// <param name="Problem">What is wrong with it, and what to write.</param>
public sealed record LineMistake(int Line, string Problem)
{
    public override string ToString() => $"line {Line}: {Problem}";
}
