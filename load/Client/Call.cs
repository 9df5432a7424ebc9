namespace IdempotencyGateway.Load.Client;

/// <summary>One request to make.</summary>
/// <param name="Expected">The expected status; any other counts as an error.</param>
internal readonly record struct Call(RequestTemplate Template, long Key, int Expected);
