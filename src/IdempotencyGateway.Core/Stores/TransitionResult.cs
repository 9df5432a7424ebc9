namespace IdempotencyGateway.Core.Stores;

/// <summary>The result of a write that carries a ticket.</summary>
public enum TransitionResult
{
    /// <summary>Applied now, or already applied by an earlier call of the same owner.</summary>
    Applied,

    /// <summary>The record belongs to another owner, or is in a state that this write must not change. Nothing changed.</summary>
    Lost,

    /// <summary>There is no such record. Nothing was created.</summary>
    Missing,
}
