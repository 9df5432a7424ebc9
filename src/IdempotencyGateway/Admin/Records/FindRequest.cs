namespace IdempotencyGateway.Admin.Records;

/// <summary>Names a record as its client would: route, key, caller, and the operation where the route's keys are per operation.</summary>
/// <param name="Key">As the client sends it.</param>
/// <param name="From">If the client sends no key: the values that the key is derived from, by source as the policy's <c>Key.From</c> writes it.</param>
internal sealed record FindRequest(
    string Route, string? Key = null, Dictionary<string, string>? From = null, CallerRequest? Caller = null, OperationRequest? Operation = null);

/// <param name="Headers">The credential headers that the client sends.</param>
/// <param name="Name">The caller's name, on routes where a trusted peer names the caller.</param>
internal sealed record CallerRequest(Dictionary<string, OneOrMany>? Headers = null, string? Name = null);

/// <param name="Path">As the client asks for it, without the query.</param>
internal sealed record OperationRequest(string Method, string Path);
