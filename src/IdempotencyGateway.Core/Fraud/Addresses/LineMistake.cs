namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>A line of a text file that this gateway does not understand. The line itself is not quoted: operators who may read the gateway's health need not see a file that was named by mistake.</summary>
/// <param name="Line">The first is 1.</param>
/// <param name="Problem">What is wrong with it, and what to write.</param>
public sealed record LineMistake(int Line, string Problem)
{
    public override string ToString() => $"line {Line}: {Problem}";
}
