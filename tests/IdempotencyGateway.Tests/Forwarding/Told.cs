using System.Text.Json;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>The parts of an answer on which a client branches: the status, and the members of a problem.</summary>
public sealed record Told(int Status, string? Code = null, bool? Retryable = null, int? ProviderStatus = null)
{
    public static Told By(RawAnswer answer)
    {
        if (answer.Headers["Content-Type"] != "application/problem+json")
            return new(answer.Status);
        using var problem = JsonDocument.Parse(answer.Text);
        var members = problem.RootElement;
        return new(
            answer.Status,
            members.GetProperty("code").GetString(),
            members.GetProperty("retryable").GetBoolean(),
            members.TryGetProperty("provider_status", out var status) ? status.GetInt32() : null);
    }

    public static Told Unknown(int status, int? providerStatus) => new(status, "outcome-unknown", Retryable: false, providerStatus);

    public static Told NeverSent(int status) => new(status, "provider-unreachable", Retryable: true);
}
