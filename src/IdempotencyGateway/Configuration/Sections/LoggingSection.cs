using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class LoggingSection
{
    private static readonly ValueForm<LogLevel> Level = ValueForms.Choice<LogLevel>();
    private static readonly ValueForm<long> MaxSize = ValueForms.Size(min: 1 << 20, max: 64L << 30);
    private static readonly ValueForm<int> Keep = ValueForms.Integer(1, 1000);

    public static LoggingSnapshot Read(SectionReader section)
    {
        var defaults = new LoggingSnapshot();
        var levels = section.Section("LogLevel");
        var level = levels.Value("Default", defaults.Level, Level);
        var bySource = new Dictionary<string, LogLevel>(defaults.Levels, StringComparer.Ordinal);
        foreach (var source in levels.Names.Where(name => !name.Equals("Default", StringComparison.OrdinalIgnoreCase)))
            bySource[source] = levels.Value(source, level, Level);
        return new()
        {
            Level = level,
            Levels = bySource,
            Console = section.Value("Console", defaults.Console, ValueForms.Choice<LogFormat>()),
            File = ReadFile(section.Section("File")),
        };
    }

    private static LogFile? ReadFile(SectionReader section)
    {
        var path = section.FileOrNone("Path");
        var maxSize = section.Value("MaxSize", 100L << 20, MaxSize);
        var keep = section.Value("Keep", 10, Keep);
        return path is null ? null : new(path, maxSize, keep);
    }
}
