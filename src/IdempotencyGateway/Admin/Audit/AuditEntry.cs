namespace IdempotencyGateway.Admin.Audit;

/// <summary>One line of the audit log. A change leaves two with the same id: <c>begun</c> before it, and what came of it after.</summary>
/// <param name="Stage"><c>begun</c>, <c>applied</c>, <c>refused</c>, or <c>unknown</c> when the store did not say.</param>
/// <param name="Who">The token's name.</param>
/// <param name="What">The change that was asked for.</param>
/// <param name="Before">Where the record stood.</param>
/// <param name="After">Where it stands since; on <c>applied</c> only.</param>
/// <param name="Reason">Why it was refused: a problem's code.</param>
public sealed record AuditEntry(
    DateTimeOffset Time, Guid Id, string Stage, string Who, string Peer, string What, string StorageKey, string? Before, string? After, string? Reason);
