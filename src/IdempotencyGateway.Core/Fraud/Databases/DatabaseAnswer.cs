namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>The result of looking up an address in a database.</summary>
public enum DatabaseAnswer
{
    /// <summary>There is a record for the address. Each of its fields may still be missing.</summary>
    Found,

    /// <summary>There is no record for the address.</summary>
    NotFound,

    /// <summary>The database is damaged at this address. It counts as a missing source.</summary>
    Corrupt,
}
