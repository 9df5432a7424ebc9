using IdempotencyGateway.Configuration.Reading;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>The shape is .NET's own and passed through; only the levels are checked, because .NET would fail on a wrong one at start.</summary>
internal static class LoggingSection
{
    private static readonly string[] Providers = ["Console", "Debug", "EventSource"];

    /// <param name="given">The same section as .NET will read it.</param>
    public static LoggingSnapshot Read(SectionReader section, IConfigurationSection? given)
    {
        CheckLevels(section.Section("LogLevel"));
        foreach (var name in Providers)
        {
            var provider = section.Section(name);
            CheckLevels(provider.Section("LogLevel"));
            foreach (var option in provider.Names)
                provider.Ignore(option);
        }
        return given is null ? LoggingSnapshot.Default : new(given);
    }

    private static void CheckLevels(SectionReader levels)
    {
        foreach (var category in levels.Names)
            levels.Value(category, LogLevel.Information, ValueForms.Choice<LogLevel>());
    }
}
