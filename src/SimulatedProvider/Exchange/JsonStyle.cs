using System.Text.Encodings.Web;
using System.Text.Json;

namespace SimulatedProvider.Exchange;

/// <summary>How answers are written: readable in a terminal. Nobody puts them into a web page, so quotes and brackets stay as they are.</summary>
internal static class JsonStyle
{
    public static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
