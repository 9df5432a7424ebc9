using System.Collections.Frozen;

namespace IdempotencyGateway.Configuration.Reload;

/// <summary>The sections that take effect only at a start, because sockets, stores and budgets are created once: all sections but those in <see cref="Live"/>.</summary>
internal static class StartupSections
{
    private static readonly FrozenSet<string> Live = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "$schema", "Include", "Idempotency", "Backends", "Providers", "Fraud", "Problems", "ReverseProxy");

    /// <summary>A digest of each such section, so that lists and nested sections can be compared whatever they contain.</summary>
    public static IReadOnlyDictionary<string, string> DigestsOf(IConfiguration configuration) => configuration.GetChildren()
        .Where(section => !Live.Contains(section.Key))
        .ToDictionary(section => section.Key, section => Convert.ToHexStringLower(SettingsDigest.Of(section)), StringComparer.OrdinalIgnoreCase);

    /// <summary>The sections that differ from those at the start.</summary>
    public static IReadOnlyList<string> Changed(GatewaySnapshot started, GatewaySnapshot next) =>
    [
        .. started.StartupSections.Keys.Union(next.StartupSections.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(name => started.StartupSections.GetValueOrDefault(name) != next.StartupSections.GetValueOrDefault(name))
            .Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The next snapshot with these sections as they were at the start.</summary>
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
