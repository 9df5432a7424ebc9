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

/// <summary>A rolling log file: Serilog's file sink, with this gateway's JSON lines and its counting of lost lines.</summary>
internal sealed class FileTarget : LogTarget
{
    private readonly JsonLineFormatter _json = new();
    private readonly OpenedPath _opened = new();
    private readonly LogFile _place;
    private readonly Action<int> _lost;
    private ILogEventSink? _file;
    private bool _failed;

    /// <param name="lost">Called with how many lines could not be written.</param>
    /// <exception cref="LogFileException">The file cannot be written.</exception>
    public FileTarget(LogFile place, Action<int> lost)
    {
        TryOut(place.Path);
        _place = place;
        _lost = lost;
    }

    /// <summary>Checks whether the file could be written, without creating it.</summary>
    /// <exception cref="LogFileException">It could not be written.</exception>
    public static void Check(LogFile? place)
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

    /// <summary>
    /// Lines are not buffered, so this only closes a file that failed or was deleted; the next line opens it again. Serilog would wait half an hour before a retry, or go on writing to the
    /// deleted file.
    /// </summary>
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

    /// <summary>Creates Serilog's sink without a logger around it, because the logger would swallow every failure.</summary>
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
            // The lines that it could not write have been counted.
        }
        _file = null;
    }

    /// <summary>Checks that the file can be written, and leaves no empty file, which would count as one of the retained files.</summary>
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
            throw new LogFileException($"Logging:File:Path: {path} cannot be written ({e.Message}). Give this user write access to it, or choose another path.", e);
        }
    }

    private sealed class JsonText(JsonLineFormatter json) : ITextFormatter
    {
        public void Format(LogEvent logEvent, TextWriter output) => output.Write(Encoding.UTF8.GetString(json.Format(logEvent)));
    }

    /// <summary>Tracks which of the rolling files is being written.</summary>
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

/// <summary>The log file cannot be written, so the gateway does not start: its log lines would be lost.</summary>
public sealed class LogFileException(string message, Exception? inner = null) : Exception(message, inner);
