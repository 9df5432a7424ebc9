using System.Globalization;
using System.Text;
using IdempotencyGateway.Configuration;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>A stream, usually the console's. A stream that nobody reads any more gets nothing more.</summary>
internal sealed class StreamTarget(Stream stream, LogFormat format) : LogTarget
{
    private const int FlushBeyondBytes = 64 * 1024;
    private const string TextForm = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj} {SourceContext}{NewLine}";

    private readonly MemoryStream _pending = new();
    private readonly JsonLineFormatter? _json = format == LogFormat.Json ? new() : null;
    private readonly MessageTemplateTextFormatter? _text = format == LogFormat.Text ? new(TextForm, CultureInfo.InvariantCulture) : null;
    private bool _broken;

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
        if (_pending.Length > FlushBeyondBytes)
            Flush();
    }

    public override void Flush()
    {
        try
        {
            if (!_broken)
            {
                stream.Write(_pending.GetBuffer(), 0, (int)_pending.Length);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            _broken = true;
        }
        _pending.SetLength(0);
    }

    public override void Dispose()
    {
        _json?.Dispose();
        _pending.Dispose();
    }
}
