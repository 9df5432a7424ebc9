namespace IdempotencyGateway.Configuration;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Path">
/// Names joined by colons (<c>Idempotency:Policies:create-session:Lease</c>), or file:line:column for text that is not JSON.
/// </param>
/// <param name="Message">What is wrong, and what to write instead.</param>
/// <param name="Origin">Where the value comes from: "line 12", "presets/didit.json, line 3", an environment variable or an argument; null when it is not set anywhere.</param>
public sealed record ConfigurationProblem(string Path, string Message, string? Origin = null);
