using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Protection;

/// <summary>
/// Ties a store to the secret that its records are named under. With another one (a lost file that was made anew, a replica with one of its own) no record would be found, and what was
/// sent would be sent again without a word. The tie is a record like others, done and empty, under a name that no request has; its fingerprint tells which secret it is.
/// </summary>
internal static class SecretMark
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(3650);

    /// <summary>Requests' names are keyed hashes.</summary>
    private static readonly StorageKey Name = new(Digest256.Read(SHA256.HashData("idempotency-gateway/secret-mark"u8)));

    /// <summary>A store that has no mark yet gets it. Where that cannot be written just now the next start does it: a full store is no reason not to give the answers that it has.</summary>
    /// <param name="path">The secret's, for the message.</param>
    /// <exception cref="StoreSecretException">The store has records of another secret. The message says what to change.</exception>
    /// <exception cref="StoreUnavailableException">The store has a mark, and was out of reach when it was to be compared.</exception>
    public static async Task CheckAsync(IIdempotencyStore store, StoreSecret secret, string path)
    {
        try
        {
            // Out of doubt, too: a start that ended before the mark was whole.
            var claim = new ClaimRequest
            {
                Key = Name,
                Fingerprint = new(secret.Mark),
                Owner = OwnerId.From(RandomNumberGenerator.GetBytes(OwnerId.SizeInBytes)),
                Lease = Lease,
                Retention = Retention,
                AsSent = true,
                TakeFromDoubt = true,
            };
            switch (await store.ClaimAsync(claim, CancellationToken.None))
            {
                case ClaimResult.Mismatch:
                    throw new StoreSecretException(
                        $"Store:SecretFile: the store's records were made under another secret than the one in {path}, with which none of them would be found and every retry would be sent again. "
                        + "Put the right one there (gateways that share a store share its secret), or give this gateway a store of its own (in Redis, a KeyPrefix of its own will do).");
                case ClaimResult.Won(var ticket, _):
                    await store.CompleteAsync(ticket, ReadOnlyMemory<byte>.Empty, Retention, CancellationToken.None);
                    break;
                case ClaimResult.InDoubt:
                    // The store forgot the mark that the nodes which guard it remember. What the claim left there says the same.
                    await store.ResolveAsync(Name, new DoubtResolution.Executed(ReadOnlyMemory<byte>.Empty), Retention, CancellationToken.None);
                    break;
            }
        }
        catch (StoreUnavailableException e)
        {
            if (e.Failure == StoreFailure.Unreachable && await store.FindAsync(Name, CancellationToken.None) is { State: RecordState.Done })
                throw;
        }
    }
}
