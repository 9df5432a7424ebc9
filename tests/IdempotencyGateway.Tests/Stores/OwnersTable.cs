using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>The protocol's transitions for writes by the record's current owner.</summary>
public static class OwnersTable
{
    /// <summary>For each write and each state: the result, and the state afterwards (null: absent).</summary>
    public static TheoryData<string, RecordState, TransitionResult, RecordState?> Rows => new()
    {
        { "mark sent", RecordState.Claimed, TransitionResult.Applied, RecordState.Sent },
        { "mark sent", RecordState.Sent, TransitionResult.Applied, RecordState.Sent },
        { "mark sent", RecordState.Done, TransitionResult.Lost, RecordState.Done },
        { "mark sent", RecordState.Doubt, TransitionResult.Lost, RecordState.Doubt },
        { "renew", RecordState.Claimed, TransitionResult.Applied, RecordState.Claimed },
        { "renew", RecordState.Sent, TransitionResult.Applied, RecordState.Sent },
        { "renew", RecordState.Done, TransitionResult.Lost, RecordState.Done },
        { "renew", RecordState.Doubt, TransitionResult.Lost, RecordState.Doubt },
        { "complete", RecordState.Claimed, TransitionResult.Lost, RecordState.Claimed },
        { "complete", RecordState.Sent, TransitionResult.Applied, RecordState.Done },
        { "complete", RecordState.Done, TransitionResult.Applied, RecordState.Done },
        { "complete", RecordState.Doubt, TransitionResult.Applied, RecordState.Done },
        { "hold", RecordState.Claimed, TransitionResult.Lost, RecordState.Claimed },
        { "hold", RecordState.Sent, TransitionResult.Applied, RecordState.Doubt },
        { "hold", RecordState.Done, TransitionResult.Lost, RecordState.Done },
        { "hold", RecordState.Doubt, TransitionResult.Applied, RecordState.Doubt },
        { "release", RecordState.Claimed, TransitionResult.Applied, null },
        { "release", RecordState.Sent, TransitionResult.Applied, null },
        { "release", RecordState.Done, TransitionResult.Lost, RecordState.Done },
        { "release", RecordState.Doubt, TransitionResult.Lost, RecordState.Doubt },
    };
}
