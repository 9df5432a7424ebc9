namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>
/// A line of a text file that cannot be parsed. The line itself is not quoted, because the message appears in the gateway's health, and a wrong path could name a file with secrets.
/// </summary>
/// <param name="Line">The first line is 1.</param>
/// <param name="Problem">What is wrong with it, and what to write.</param>
public sealed record LineMistake(int Line, string Problem)
{
    public override string ToString() => $"line {Line}: {Problem}";
}
