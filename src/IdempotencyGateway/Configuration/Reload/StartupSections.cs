using System.Collections.Frozen;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>Which sections only a start can apply: all but those that are known to be read anew. Sockets, stores and budgets are made once.</summary>
internal static class StartupSections
{
    private static readonly FrozenSet<string> Live = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "$schema", "Include", "Idempotency", "Backends", "Providers", "Fraud", "Problems", "ReverseProxy");

    /// <summary>What each such section says, as a digest: lists and nested sections compare without knowing them.</summary>
    public static IReadOnlyDictionary<string, string> DigestsOf(IConfiguration configuration) => configuration.GetChildren()
        .Where(section => !Live.Contains(section.Key))
        .ToDictionary(section => section.Key, section => Convert.ToHexStringLower(SettingsDigest.Of(section)), StringComparer.OrdinalIgnoreCase);

    /// <summary>Sections that say something else now than at the start.</summary>
    public static IReadOnlyList<string> Changed(GatewaySnapshot started, GatewaySnapshot next) =>
    [
        .. started.StartupSections.Keys.Union(next.StartupSections.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(name => started.StartupSections.GetValueOrDefault(name) != next.StartupSections.GetValueOrDefault(name))
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The next snapshot as it can be in force in a process that started with another one.</summary>
    public static GatewaySnapshot Keep(GatewaySnapshot started, GatewaySnapshot next) => next with
    {
        Listen = started.Listen,
        Store = started.Store,
        Admin = started.Admin,
        Limits = started.Limits,
        Cache = started.Cache,
        Shutdown = started.Shutdown,
        Logging = started.Logging,
    };
}
