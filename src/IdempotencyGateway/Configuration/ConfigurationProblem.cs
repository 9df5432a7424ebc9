namespace IdempotencyGateway.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Path">
/// Where: names joined by colons (<c>Idempotency:Policies:create-session:Lease</c>), or file:line:column for text that is not JSON.
/// </param>
/// <param name="Message">What is wrong, and what to write instead.</param>
/// <param name="Origin">The layer that the value comes from, when that is not the file.</param>
public sealed record ConfigurationProblem(string Path, string Message, string? Origin = null);
