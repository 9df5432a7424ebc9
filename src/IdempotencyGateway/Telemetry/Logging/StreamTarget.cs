using System.Globalization;
using System.Text;
using IdempotencyGateway.Configuration;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>Writes events to a stream, usually the console's.</summary>
/// <param name="isDeserted">Whether the stream's reader is gone, for streams that would not fail then.</param>
/// <param name="lost">Called with how many lines could not be written.</param>
internal sealed class StreamTarget(Stream stream, LogFormat format, Func<bool> isDeserted, Action<int> lost) : LogTarget
{
    private const int FlushBeyondBytes = 64 * 1024;
    private const string TextForm = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {SourceContext}{NewLine}";

    private readonly MemoryStream _pending = new();
    private readonly JsonLineFormatter? _json = format == LogFormat.Json ? new() : null;
    private readonly MessageTemplateTextFormatter? _text = format == LogFormat.Text ? new(TextForm, CultureInfo.InvariantCulture) : null;
    private int _pendingLines;

    public override void Write(LogEvent logEvent)
    {
        if (_json is not null)
        {
            _pending.Write(_json.Format(logEvent));
        }
        else if (_text is not null)
        {
            using var line = new StringWriter(CultureInfo.InvariantCulture);
            _text.Format(logEvent, line);
            if (logEvent.Exception is { } exception)
                line.WriteLine(ExceptionText.Of(exception));
            _pending.Write(Encoding.UTF8.GetBytes(line.ToString()));
        }
        _pendingLines++;
        if (_pending.Length > FlushBeyondBytes)
            Flush();
    }

    public override void Flush()
    {
        if (!TryWrite())
            lost(_pendingLines);
        _pendingLines = 0;
        _pending.SetLength(0);
    }

    public override void Dispose()
    {
        _json?.Dispose();
        _pending.Dispose();
    }

    private bool TryWrite()
    {
        try
        {
            if (isDeserted())
                return false;
            stream.Write(_pending.GetBuffer(), 0, (int)_pending.Length);
            stream.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
