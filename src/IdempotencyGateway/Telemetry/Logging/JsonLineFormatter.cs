using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>
/// Formats an event as one JSON object per line, in the compact log event format (<c>@t</c> time, <c>@l</c> level unless Information, <c>@mt</c> template, <c>@x</c> exception,
/// <c>@tr</c> trace, <c>@sp</c> span), with the event id as <c>@i</c>, followed by the event's properties.
/// </summary>
internal sealed class JsonLineFormatter : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly MemoryStream _line = new();
    private readonly Utf8JsonWriter _json;

    public JsonLineFormatter() => _json = new(_line, Options);

    /// <summary>Not thread-safe.</summary>
    /// <returns>The line with its line feed, valid until the next call.</returns>
    public ReadOnlySpan<byte> Format(LogEvent logEvent)
    {
        _line.SetLength(0);
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("@t", logEvent.Timestamp.UtcDateTime);
        if (logEvent.Level != LogEventLevel.Information)
            _json.WriteString("@l", logEvent.Level.ToString());
        _json.WriteString("@mt", logEvent.MessageTemplate.Text);
        if (logEvent.Exception is { } exception)
            _json.WriteString("@x", ExceptionText.Of(exception));
        if (logEvent.TraceId is { } trace)
            _json.WriteString("@tr", trace.ToHexString());
        if (logEvent.SpanId is { } span)
            _json.WriteString("@sp", span.ToHexString());
        foreach (var (name, value) in logEvent.Properties)
            Write(name, value);
        _json.WriteEndObject();
        _json.Flush();
        _line.WriteByte((byte)'\n');
        return _line.GetBuffer().AsSpan(0, (int)_line.Length);
    }

    public void Dispose() => _json.Dispose();

    private void Write(string name, LogEventPropertyValue value)
    {
        if (name == "EventId")
        {
            if (value is StructureValue { Properties: [{ Value: ScalarValue { Value: int id } }, ..] } && id != 0)
                _json.WriteNumber("@i", id);
            return;
        }
        _json.WritePropertyName(name);
        Write(value);
    }

    private void Write(LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue scalar:
                Write(scalar.Value);
                break;
            case SequenceValue sequence:
                _json.WriteStartArray();
                foreach (var element in sequence.Elements)
                    Write(element);
                _json.WriteEndArray();
                break;
            case StructureValue structure:
                _json.WriteStartObject();
                foreach (var property in structure.Properties)
                    Write(property.Name, property.Value);
                _json.WriteEndObject();
                break;
            default:
                _json.WriteStringValue(value.ToString(null, CultureInfo.InvariantCulture));
                break;
        }
    }

    private void Write(object? value)
    {
        switch (value)
        {
            case null:
                _json.WriteNullValue();
                break;
            case bool truth:
                _json.WriteBooleanValue(truth);
                break;
            case int or long or short or byte:
                _json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            default:
                _json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
