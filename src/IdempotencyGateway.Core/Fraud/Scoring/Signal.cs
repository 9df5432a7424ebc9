using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>A fact about one request; a member of <c>Risk-Signals</c>: <c>ip.country="NL"</c>.</summary>
/// <param name="Name">A <see cref="FieldKey"/>, usually one of <see cref="SignalNames"/>.</param>
public readonly record struct Signal(string Name, FieldValue Value)
{
    internal int MaxWrittenLength => 3 + Name.Length + Value.MaxWrittenLength;
}
