namespace IdempotencyGateway.Admin.Audit;

/// <summary>One line of the audit log. A change has two lines with the same id: <c>begun</c> before it, and its result after it.</summary>
/// <param name="Stage"><c>begun</c>, <c>applied</c>, <c>refused</c>, or <c>unknown</c> when the store did not answer.</param>
/// <param name="Who">The token's name.</param>
/// <param name="What">The change that was asked for.</param>
/// <param name="Before">The record's state before the change.</param>
/// <param name="After">Its state after the change; on <c>applied</c> only.</param>
/// <param name="Reason">Why it was refused: a problem's code.</param>
public sealed record AuditEntry(
    DateTimeOffset Time, Guid Id, string Stage, string Who, string Peer, string What, string StorageKey, string? Before, string? After, string? Reason);
