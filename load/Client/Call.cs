namespace IdempotencyGateway.Load.Client;

/// <summary>One request to make.</summary>
/// <param name="Expected">The answer's status; any other is an error.</param>
internal readonly record struct Call(RequestTemplate Template, long Key, int Expected);
