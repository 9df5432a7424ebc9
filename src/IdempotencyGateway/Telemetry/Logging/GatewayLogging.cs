using IdempotencyGateway.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>Sets up logging as configured.</summary>
internal static class GatewayLogging
{
    /// <summary>Serilog has no level None; a level above all of its own has that effect.</summary>
    private const LogEventLevel Never = (LogEventLevel)(1 + (int)LogEventLevel.Fatal);

    /// <param name="metrics">Counts events that are dropped or lost.</param>
    /// <exception cref="LogFileException">The message says what to change.</exception>
    public static void Add(ILoggingBuilder logging, LoggingSnapshot options, TimeProvider clock, GatewayMetrics metrics)
    {
        // Levels are decided in one place, by Serilog.
        logging.SetMinimumLevel(LogLevel.Trace);
        var targets = Targets(options, metrics).ToList();
        if (targets.Count > 0)
        {
            // Created by the container, so that it is disposed with it, which writes what is queued.
            logging.Services.AddSingleton<ILoggerProvider>(
                _ => new SerilogLoggerProvider(Create(options, new BackgroundSink(targets, clock, metrics.LogEventDropped)), dispose: true));
        }
    }

    internal static Logger Create(LoggingSnapshot options, ILogEventSink sink)
    {
        var configuration = new LoggerConfiguration().MinimumLevel.Is(LevelOf(options.Level));
        foreach (var (source, level) in TalkativeSources.Raise(options.Level, options.Levels))
            configuration.MinimumLevel.Override(source, LevelOf(level));
        // Hosting/Serving prints why a start fails, in one sentence. The host would log the same with a stack trace.
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
