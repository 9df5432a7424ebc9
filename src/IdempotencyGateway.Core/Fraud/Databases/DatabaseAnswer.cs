namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>What a database says when asked for an address.</summary>
public enum DatabaseAnswer
{
    /// <summary>It knows something; each field may still be missing.</summary>
    Found,

    /// <summary>It does not know the address.</summary>
    NotFound,

    /// <summary>It is damaged there and says nothing that could be believed: a source that is missing.</summary>
    Corrupt,
}
