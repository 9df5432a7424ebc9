namespace IdempotencyGateway.Core.Records;

/// <summary>How much of the provider's body a record keeps. The numbers are stored: never reuse one.</summary>
public enum KeptBody
{
    /// <summary>All of it.</summary>
    Whole = 0,

    /// <summary>JSON without the parts that the route redacts.</summary>
    Redacted = 1,

    /// <summary>None of it, though there was one.</summary>
    Omitted = 2,
}
