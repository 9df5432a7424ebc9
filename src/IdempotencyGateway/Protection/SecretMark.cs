using System.Security.Cryptography;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Protection;

/// <summary>
/// Ties a store to the secret from which its storage keys are derived. Under another secret (a lost file that was created anew, a replica with a file of its own) no record would be
/// found, and every retry would silently be sent again. The mark is an empty, done record under a key that no request can have; its fingerprint identifies the secret.
/// </summary>
internal static class SecretMark
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(3650);

    /// <summary>No request can have this key: requests' keys are keyed hashes.</summary>
    private static readonly StorageKey Name = new(Digest256.Read(SHA256.HashData("idempotency-gateway/secret-mark"u8)));

    /// <summary>
    /// Compares the store's mark with the secret, and writes the mark if there is none. If it cannot be written now, the next start does it: a full store should still replay its answers.
    /// </summary>
    /// <param name="path">The secret's file, for the error message.</param>
    /// <exception cref="StoreSecretException">The store was made under another secret. The message says what to change.</exception>
    /// <exception cref="StoreUnavailableException">The store has a mark, but could not be reached to compare it.</exception>
    public static async Task CheckAsync(IIdempotencyStore store, StoreSecret secret, string path)
    {
        try
        {
            // Also taken from doubt, which a start leaves that ended before the mark was complete.
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
                    // RedLock: the record store has lost the mark, which the nodes remember. Resolving the doubt puts the mark back into the store.
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
