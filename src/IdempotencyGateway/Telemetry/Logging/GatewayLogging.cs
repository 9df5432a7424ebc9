using IdempotencyGateway.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>Logging as the configuration wants it.</summary>
internal static class GatewayLogging
{
    /// <summary>Serilog is above all levels it knows with this one.</summary>
    private const LogEventLevel Never = (LogEventLevel)(1 + (int)LogEventLevel.Fatal);

    /// <param name="metrics">Told of every event that nobody will read.</param>
    /// <exception cref="LogFileException">The message says what to change.</exception>
    public static void Add(ILoggingBuilder logging, LoggingSnapshot options, TimeProvider clock, GatewayMetrics metrics)
    {
        // Levels are decided in one place, by Serilog.
        logging.SetMinimumLevel(LogLevel.Trace);
        var targets = Targets(options, metrics).ToList();
        if (targets.Count > 0)
        {
            // Made by the container, so that it is disposed by it, and what is queued is written.
            logging.Services.AddSingleton<ILoggerProvider>(
                _ => new SerilogLoggerProvider(Create(options, new BackgroundSink(targets, clock, metrics.LogEventDropped)), dispose: true));
        }
    }

    internal static Logger Create(LoggingSnapshot options, ILogEventSink sink)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(LevelOf(options.Level));
        foreach (var (source, level) in TalkativeSources.Raise(options.Level, options.Levels))
            configuration.MinimumLevel.Override(source, LevelOf(level));
        // Whoever starts a gateway is told by Hosting/Serving, in a sentence; the host would add its stack trace.
        configuration.Filter.ByExcluding(static line => line.MessageTemplate.Text == "Hosting failed to start");
        return configuration.WriteTo.Sink(sink).CreateLogger();
    }

    private static IEnumerable<LogTarget> Targets(LoggingSnapshot options, GatewayMetrics metrics)
    {
        if (options.Console != LogFormat.None)
            yield return new StreamTarget(Console.OpenStandardOutput(), options.Console, StandardOutput.IsDeserted, metrics.ConsoleLinesLost);
        if (options.File is { } file)
            yield return new FileTarget(file, metrics.FileLinesLost);
    }

    private static LogEventLevel LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => LogEventLevel.Verbose,
        LogLevel.Debug => LogEventLevel.Debug,
        LogLevel.Information => LogEventLevel.Information,
        LogLevel.Warning => LogEventLevel.Warning,
        LogLevel.Error => LogEventLevel.Error,
        LogLevel.Critical => LogEventLevel.Fatal,
        LogLevel.None => Never,
        _ => throw new InvalidOperationException($"no such level {level}"),
    };
}
