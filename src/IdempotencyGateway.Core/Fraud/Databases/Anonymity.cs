namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>How an address hides who is behind it.</summary>
[Flags]
public enum Anonymity
{
    None = 0,
    Vpn = 1,
    Hosting = 2,
    PublicProxy = 4,
    ResidentialProxy = 8,
    TorExit = 16,

    /// <summary>Anonymous in one of the ways above, or in one that the database does not name.</summary>
    Anonymous = 32,
}
