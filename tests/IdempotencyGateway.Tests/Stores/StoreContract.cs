using System.Diagnostics;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>
/// The contract suite of every store: each transition of the protocol and each refusal. A derived class opens the store and moves its clock;
/// another test fails if a store has no such class. The suite's parts lie beside this file, by topic.
/// </summary>
public abstract partial class StoreContract<TStore> : IAsyncLifetime
    where TStore : class, IIdempotencyStore
{
    protected const string Alice = "alice";
    protected const string Bob = "bob";
    protected const string Carol = "carol";

    private protected static readonly StorageKey Key = StoreSamples.Key("first");

    protected TStore Store { get; private set; } = null!;

    /// <summary>The lease, long enough for a store on real time to run a few operations within it.</summary>
    protected virtual TimeSpan Lease => TimeSpan.FromSeconds(30);

    protected virtual TimeSpan Retention => TimeSpan.FromHours(24);

    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>How much remaining times may deviate, because real time passes for some stores during a test.</summary>
    private TimeSpan ClockTolerance => TimeSpan.FromSeconds(1) + Stopwatch.GetElapsedTime(_began);

    public async Task InitializeAsync() => Store = await OpenAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    protected abstract Task<TStore> OpenAsync();

    /// <summary>Moves every clock that the store reads.</summary>
    protected abstract Task AdvanceAsync(TimeSpan duration);

    protected Task LapseAsync() => AdvanceAsync(Lease);

    protected Task ExpireAsync() => AdvanceAsync(Retention);

    private protected ClaimRequest Request(
        string owner, bool asSent = false, string fingerprint = "body", bool takeFromDoubt = false, string? destination = null, StorageKey? key = null) => new()
        {
            Key = key ?? Key,
            Fingerprint = StoreSamples.Fingerprint(fingerprint),
            Owner = StoreSamples.Owner(owner),
            Lease = Lease,
            Retention = Retention,
            AsSent = asSent,
            Destination = destination,
            TakeFromDoubt = takeFromDoubt,
        };

    private protected Task<ClaimResult> ClaimAsync(ClaimRequest request) => Store.ClaimAsync(request, default).AsTask();

    private protected async Task<ClaimTicket> WinAsync(ClaimRequest request) =>
        Assert.IsType<ClaimResult.Won>(await ClaimAsync(request)).Ticket;

    private protected Task<ClaimTicket> WinClaimedAsync(string owner) => WinAsync(Request(owner));

    private protected Task<ClaimTicket> WinSentAsync(string owner, string? destination = null) =>
        WinAsync(Request(owner, asSent: true, destination: destination));

    /// <summary>Puts Alice's record into doubt: she sends, then declares the outcome unknown.</summary>
    private protected async Task<ClaimTicket> DoubtAsync(string evidence = "")
    {
        var ticket = await WinSentAsync(Alice);
        Assert.Equal(TransitionResult.Applied, await HoldAsync(ticket, evidence));
        return ticket;
    }

    private protected async Task<ClaimTicket> CompletedAsync(string response = "response")
    {
        var ticket = await WinSentAsync(Alice);
        Assert.Equal(TransitionResult.Applied, await CompleteAsync(ticket, response));
        return ticket;
    }

    /// <summary>Brings Alice's record into the given state.</summary>
    private protected Task<ClaimTicket> InStateAsync(RecordState state) => state switch
    {
        RecordState.Claimed => WinClaimedAsync(Alice),
        RecordState.Sent => WinSentAsync(Alice),
        RecordState.Done => CompletedAsync(),
        RecordState.Doubt => DoubtAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private protected Task<TransitionResult> MarkSentAsync(ClaimTicket ticket, string? destination = null) =>
        Store.MarkSentAsync(ticket, destination, default).AsTask();

    private protected Task<TransitionResult> RenewAsync(ClaimTicket ticket) => Store.RenewAsync(ticket, Lease, default).AsTask();

    private protected Task<TransitionResult> CompleteAsync(ClaimTicket ticket, string response = "response") =>
        Store.CompleteAsync(ticket, Bytes(response), Retention, default).AsTask();

    private protected Task<TransitionResult> HoldAsync(ClaimTicket ticket, string evidence = "") =>
        Store.HoldAsync(ticket, Bytes(evidence), default).AsTask();

    private protected Task<TransitionResult> ReleaseAsync(ClaimTicket ticket) => Store.ReleaseAsync(ticket, default).AsTask();

    private protected Task<TransitionResult> ResolveExecutedAsync(string response = "found out") =>
        Store.ResolveAsync(Key, new DoubtResolution.Executed(Bytes(response)), Retention, default).AsTask();

    private protected Task<TransitionResult> ResolveNeverSentAsync() =>
        Store.ResolveAsync(Key, DoubtResolution.NeverSent.Instance, Retention, default).AsTask();

    private protected Task<TransitionResult> EraseAsync(string tombstone = "tombstone") =>
        Store.EraseAsync(Key, Bytes(tombstone), default).AsTask();

    /// <summary>Reads the record. A suite that moves records into the past instead of its clock overrides this to correct the times.</summary>
    private protected virtual Task<StoredRecord?> FindAsync() => Store.FindAsync(Key, default).AsTask();

    private protected async Task AssertStateAsync(RecordState? expected, long fence = 1)
    {
        var record = await FindAsync();
        Assert.Equal(expected, record?.State);
        if (record is not null)
            Assert.Equal(fence, record.Fence);
    }

    private protected async Task AssertReplaysAsync(string response)
    {
        var completed = Assert.IsType<ClaimResult.Completed>(await ClaimAsync(Request(Carol)));
        Assert.Equal(response, Text(completed.Response));
    }

    private protected void AssertAbout(TimeSpan expected, TimeSpan actual) =>
        Assert.InRange(actual, expected - ClockTolerance, expected);

    private protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
