using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Configuration.Files;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Sinks.File;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>A file that begins anew when it is full, a number of times; Serilog's, in our form.</summary>
internal sealed class FileTarget : LogTarget
{
    private readonly JsonLineFormatter _json = new();
    private readonly OpenedPath _opened = new();
    private readonly LogFile _place;
    private readonly Action<int> _lost;
    private ILogEventSink? _file;
    private bool _failed;

    /// <param name="lost">Called with how many lines could not be written.</param>
    /// <exception cref="LogFileException">It cannot be written.</exception>
    public FileTarget(LogFile place, Action<int> lost)
    {
        TryOut(place.Path);
        _place = place;
        _lost = lost;
    }

    /// <summary>Whether there could be one.</summary>
    /// <exception cref="LogFileException">It could not be written.</exception>
    public static void Look(LogFile? place)
    {
        if (place is not null)
            TryOut(place.Path);
    }

    public override void Write(LogEvent logEvent)
    {
        try
        {
            if (!_failed)
                (_file ??= Open()).Emit(logEvent);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
        }
        if (_failed)
            _lost(1);
    }

    /// <summary>Every line is in the file already. One that failed, or was taken away, is opened anew for the next: Serilog would wait for half an hour, or write on into nothing.</summary>
    public override void Flush()
    {
        if (_failed || !File.Exists(_opened.Path))
            Close();
        _failed = false;
    }

    public override void Dispose()
    {
        Close();
        _json.Dispose();
    }

    /// <summary>Without Serilog's logger around it, which would keep every failure to itself.</summary>
    private ILogEventSink Open()
    {
        ILogEventSink? file = null;
        LoggerSinkConfiguration.Wrap(
            new LoggerConfiguration().WriteTo,
            sink => file = sink,
            to => to.File(
                new JsonText(_json),
                _place.Path,
                fileSizeLimitBytes: _place.MaxBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: _place.Keep,
                buffered: false,
                hooks: _opened));
        return file!;
    }

    private void Close()
    {
        try
        {
            (_file as IDisposable)?.Dispose();
        }
        catch (IOException)
        {
            // What it could not write is counted.
        }
        _file = null;
    }

    /// <summary>Leaves nothing behind: an empty file would count as one of those that are kept.</summary>
    private static void TryOut(string path)
    {
        try
        {
            if (File.Exists(path))
                File.Open(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            else
                FutureFile.TryOut(path);
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

    /// <summary>Which of the files is written now.</summary>
    private sealed class OpenedPath : FileLifecycleHooks
    {
        public string? Path { get; private set; }

        public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
        {
            Path = path;
            return underlyingStream;
        }
    }
}

/// <summary>The log's file cannot be written; a gateway whose lines nobody gets does not start.</summary>
public sealed class LogFileException(string message, Exception? inner = null) : Exception(message, inner);
