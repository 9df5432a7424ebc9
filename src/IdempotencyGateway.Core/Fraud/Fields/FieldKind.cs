namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>The types of bare items (RFC 9651 §3.3) that signals use: all except dates (which would be 7). The numbers are stored: never reuse one.</summary>
public enum FieldKind : byte
{
    None = 0,
    WholeNumber = 1,
    DecimalNumber = 2,
    QuotedText = 3,
    Token = 4,
    Bytes = 5,
    Truth = 6,
    DisplayText = 8,
}
