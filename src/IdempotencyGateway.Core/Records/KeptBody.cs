namespace IdempotencyGateway.Core.Records;

/// <summary>What a record has of the provider's body. The numbers are stored: never reuse one.</summary>
public enum KeptBody
{
    /// <summary>All of it.</summary>
    Whole = 0,

    /// <summary>JSON without the parts that the route takes out.</summary>
    Redacted = 1,

    /// <summary>None of it, though there was one.</summary>
    Omitted = 2,
}
