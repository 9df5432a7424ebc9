using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Intake;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Admin.Records;

/// <summary>From what a client knows to the name of its record, by the policy of the route in force, exactly as intake derives it.</summary>
internal sealed class RecordFinder(SnapshotSource snapshots, CallerScopeReader callers, StoreSecret secret, IIdempotencyStore store)
{
    public async Task<IResult> FindAsync(StorageKey key, CancellationToken cancellation) => await store.FindAsync(key, cancellation) is { } record
        ? Results.Json(RecordAnswer.Of(key, record), AdminJson.Default.RecordAnswer)
        : new AdminRefusal(AdminProblem.NoRecord, $"Nothing is kept under {key}: it never was, it has expired, or its key is free again.");

    public Task<IResult> FindAsync(FindRequest request, CancellationToken cancellation) =>
        TryName(request, out var key) is { } why ? Task.FromResult<IResult>(new AdminRefusal(AdminProblem.NotAnswerable, why)) : FindAsync(key, cancellation);

    /// <returns>Why the request names no record, or null.</returns>
    private string? TryName(FindRequest request, out StorageKey storageKey)
    {
        storageKey = default;
        if (!snapshots.Current.GuardedRoutes.TryGetValue(request.Route, out var route))
            return "No guarded route has this name; GET /config lists them.";
        var policy = route.Policy;
        if (!IdempotencyKey.TryParse(request.Key, out var key, out var defect))
            return $"The key cannot be read ({defect}): write it as the client sends it.";
        if (policy.Fingerprint.OnMismatch == OnMismatch.Separate)
            return "On this route key and body together name a record (Fingerprint.OnMismatch: Separate), so ask by the storage key, which the log tells.";
        if (policy.Key.Per == KeyPer.Operation && request.Operation is null)
            return "On this route keys are per operation (Key.Per: Operation): add operation with its method and path.";
        var headers = new HeaderDictionary();
        foreach (var (name, given) in request.Caller?.Headers ?? [])
            headers[name] = new StringValues([.. given.Values]);
        if (callers.TryRead(headers, request.Caller?.Name, policy.Caller, out var caller) is { } unknown)
            return $"The caller cannot be told: {unknown}";
        storageKey = StorageKey.Derive(secret, caller, route.RouteId, key, policy.Key.Per == KeyPer.Operation ? OperationOf(request.Operation!) : null, separate: null);
        return null;
    }

    private static Operation OperationOf(OperationRequest operation) => new(
        HttpMethods.GetCanonicalizedValue(operation.Method),
        PathString.FromUriComponent(operation.Path.StartsWith('/') ? operation.Path : "/" + operation.Path).Value!);
}
