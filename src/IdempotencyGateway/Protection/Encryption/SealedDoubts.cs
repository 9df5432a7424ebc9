using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>The doubts of a store whose records are sealed.</summary>
internal sealed class SealedDoubts(IDoubtList doubts, RecordSeal seal) : IDoubtList
{
    public async ValueTask<DoubtPage> ListDoubtsAsync(int limit, CancellationToken cancellation)
    {
        var page = await doubts.ListDoubtsAsync(limit, cancellation);
        return page with { Oldest = [.. page.Oldest.Select(doubt => doubt with { Record = seal.Open(doubt.Key, doubt.Record) })] };
    }

    public ValueTask<long> CountDoubtsAsync(CancellationToken cancellation) => doubts.CountDoubtsAsync(cancellation);
}
