using System.Text;
using IdempotencyGateway.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>A file that begins anew when it is full, a number of times; Serilog's, in our form.</summary>
internal sealed class FileTarget : LogTarget
{
    private readonly JsonLineFormatter _json = new();
    private readonly Logger _file;

    /// <exception cref="LogFileException">It cannot be written. Serilog would go on without a word.</exception>
    public FileTarget(LogFile file)
    {
        TryOut(file.Path);
        _file = new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.File(
                new JsonText(_json),
                file.Path,
                fileSizeLimitBytes: file.MaxBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: file.Keep,
                buffered: false)
            .CreateLogger();
    }

    public override void Write(LogEvent logEvent) => _file.Write(logEvent);

    public override void Flush()
    {
        // Every line is in the file already.
    }

    public override void Dispose()
    {
        _file.Dispose();
        _json.Dispose();
    }

    /// <summary>Leaves nothing behind: an empty file would count as one of those that are kept.</summary>
    private static void TryOut(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var isNew = !File.Exists(path);
            File.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            if (isNew)
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogFileException($"Logging:File:Path: {path} cannot be written ({e.Message}). Let this user write it, or choose another place.", e);
        }
    }

    private sealed class JsonText(JsonLineFormatter json) : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output) => output.Write(Encoding.UTF8.GetString(json.Format(logEvent)));
    }
}

/// <summary>The log's file cannot be written; a gateway whose lines nobody gets does not start.</summary>
public sealed class LogFileException(string message, Exception? inner = null) : Exception(message, inner);
