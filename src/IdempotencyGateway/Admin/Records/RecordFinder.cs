using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Intake;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Admin.Records;

/// <summary>Finds a record by its storage key, or by what a client knows: then it derives the storage key exactly as intake does, under the policy in force.</summary>
internal sealed class RecordFinder(SnapshotSource snapshots, CallerScopeReader callers, StoreSecret secret, IIdempotencyStore store)
{
    public async Task<IResult> FindAsync(StorageKey key, CancellationToken cancellation) => await store.FindAsync(key, cancellation) is { } record
        ? Results.Json(RecordAnswer.Of(key, record), AdminJson.Default.RecordAnswer)
        : new AdminRefusal(AdminProblem.NoRecord, $"There is no record {key}: it never existed, has expired, or was removed because its request was never sent.");

    public Task<IResult> FindAsync(FindRequest request, CancellationToken cancellation) =>
        TryName(request, out var key) is { } why ? Task.FromResult<IResult>(new AdminRefusal(AdminProblem.NotAnswerable, why)) : FindAsync(key, cancellation);

    /// <returns>Why the request names no record, or null.</returns>
    private string? TryName(FindRequest request, out StorageKey storageKey)
    {
        storageKey = default;
        if (!snapshots.Current.GuardedRoutes.TryGetValue(request.Route, out var route))
            return "No guarded route has this name; GET /config lists them.";
        var policy = route.Policy;
        if (policy.Fingerprint.OnMismatch == OnMismatch.Separate)
            return "On this route key and body together name a record (Fingerprint.OnMismatch: Separate), so ask by the storage key, which is in the log.";
        if (policy.Key.Per == KeyPer.Operation && request.Operation is null)
            return "On this route keys are per operation (Key.Per: Operation): add operation with its method and path.";
        var headers = new HeaderDictionary();
        foreach (var (name, given) in request.Caller?.Headers ?? [])
            headers[name] = new StringValues([.. given.Values]);
        var reading = callers.Read(headers, request.Caller?.Name, policy.Caller);
        if (reading.Scope is not { } caller)
            return $"The caller cannot be identified: {reading.Refusal!.Detail}";
        Operation? operation = policy.Key.Per == KeyPer.Operation ? OperationOf(request.Operation!) : null;
        if (TryKey(request, policy.Key, sources => IdempotencyKey.Derive(secret, caller, route.RouteId, operation, sources), out var key) is { } noKey)
            return noKey;
        storageKey = StorageKey.Derive(secret, caller, route.RouteId, key, operation, separate: null);
        return null;
    }

    /// <returns>Why there is no key, or null.</returns>
    private static string? TryKey(FindRequest request, KeyPolicy policy, Func<KeyValuePair<string, string>[], IdempotencyKey> derive, out IdempotencyKey key)
    {
        key = default;
        switch (request)
        {
            case { Key: { } sent, From: null }:
                return IdempotencyKey.TryParse(sent, out key, out var defect) ? null : $"The key cannot be read ({defect}): write it as the client sends it.";
            case { Key: null, From: { } given }:
                // As intake does: the first source of which all parts are present.
                var source = policy.From.FirstOrDefault(source => source.Parts.All(part => given.ContainsKey(part.ToString())));
                if (source is null)
                {
                    return policy.From.Count == 0
                        ? "On this route keys are not derived from requests: give the key that the client sends."
                        : $"On this route a key is derived from: {string.Join(", or ", policy.From)}. Give all parts of one of them.";
                }
                key = derive([.. source.Parts.Select(part => KeyValuePair.Create(part.ToString(), given[part.ToString()]))]);
                return null;
            default:
                return "Give either key, as the client sends it, or from, if its requests carry no key.";
        }
    }

    private static Operation OperationOf(OperationRequest operation)
    {
        var target = operation.Path.StartsWith('/') ? operation.Path : "/" + operation.Path;
        return new(HttpMethods.GetCanonicalizedValue(operation.Method), KeptEscapes.NameOf(PathString.FromUriComponent(target), target));
    }
}
