using System.Security.Cryptography;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Admin.Health;

/// <summary>Probes the store by reading a record that does not exist. Concurrent probes share one read, because anybody may call the endpoint without a token.</summary>
internal sealed class StoreProbe(IIdempotencyStore store, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private Task<PartAnswer>? _underWay;

    public Task<PartAnswer> AskAsync()
    {
        lock (_gate)
            return _underWay is { IsCompleted: false } ? _underWay : _underWay = AskStoreAsync();
    }

    private async Task<PartAnswer> AskStoreAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, clock);
            var key = new StorageKey(Digest256.Read(RandomNumberGenerator.GetBytes(Digest256.SizeInBytes)));
            await store.FindAsync(key, limit.Token).AsTask().WaitAsync(limit.Token);
            return new(true);
        }
        catch (StoreUnavailableException e)
        {
            // Not the exception's message, which names hosts and files.
            return new(false, WordsFor(e.Failure));
        }
        catch (OperationCanceledException)
        {
            return new(false, $"it did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static string WordsFor(StoreFailure failure) => failure switch
    {
        StoreFailure.Unreachable => "it cannot be reached",
        StoreFailure.NotAsked => "it cannot be asked for the moment",
        StoreFailure.Full => "it is full",
        StoreFailure.Refused => "it refuses",
        _ => throw new InvalidOperationException($"no words for {failure}"),
    };
}
