using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace SimulatedProvider.Exchange;

/// <summary>
/// Answers with a description of the request, for tests of what a gateway forwards. Safe methods (GET, HEAD, OPTIONS, TRACE) have no effect;
/// every other method counts as an execution.
/// </summary>
internal sealed class Echo : Operation
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private HttpRequest? _request;
    private long _length;

    public override async ValueTask ReceiveAsync(HttpRequest request)
    {
        _request = request;
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            foreach (var segment in read.Buffer)
                _hash.AppendData(segment.Span);
            _length += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    public override Answer Execute()
    {
        var request = _request ?? throw new InvalidOperationException("executed before received");
        using (var json = new Utf8JsonWriter(Output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("method", request.Method);
            json.WriteString("path", request.Path.Value);
            json.WriteString("query", request.QueryString.Value);
            json.WriteString("target", request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
            json.WriteString("protocol", request.Protocol);
            WriteHeaders(json, request.Headers);
            json.WriteStartObject("body");
            json.WriteNumber("length", _length);
            json.WriteString("sha256", Convert.ToHexStringLower(_hash.GetHashAndReset()));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return new Answer(200, Output.Written, HadEffect: !IsSafe(request.Method));
    }

    public override void Dispose()
    {
        _hash.Dispose();
        base.Dispose();
    }

    private static void WriteHeaders(Utf8JsonWriter json, IHeaderDictionary headers)
    {
        json.WriteStartObject("headers");
        foreach (var (name, values) in headers)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);
}
