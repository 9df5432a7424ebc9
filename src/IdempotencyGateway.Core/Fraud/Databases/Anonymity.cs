namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>The ways in which an address hides its user.</summary>
[Flags]
public enum Anonymity
{
    None = 0,
    Vpn = 1,
    Hosting = 2,
    PublicProxy = 4,
    ResidentialProxy = 8,
    TorExit = 16,

    /// <summary>Anonymous in one of the ways above, or in a way that the database does not name.</summary>
    Anonymous = 32,
}
