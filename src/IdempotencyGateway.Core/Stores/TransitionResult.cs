namespace IdempotencyGateway.Core.Stores;

/// <summary>What became of a write that carries a ticket.</summary>
public enum TransitionResult
{
    /// <summary>Applied now, or found applied by an earlier asking of the same owner.</summary>
    Applied,

    /// <summary>The record is another owner's, or in a state this write may not leave. Nothing changed.</summary>
    Lost,

    /// <summary>There is no such record. Nothing was created.</summary>
    Missing,
}
