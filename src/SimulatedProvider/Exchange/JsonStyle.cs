using System.Text.Encodings.Web;
using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>How JSON answers are written: readable in a terminal. They are not embedded in web pages, so quotes and angle brackets need no escaping for HTML.</summary>
internal static class JsonStyle
{
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
