using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Shapes of requests by method, body and framing: whether .NET's HTTP client re-sends a request depends on them.</summary>
public static class Shape
{
    public const string Json = """{"vendor_data":"user-1"}""";

    /// <summary>The method, the body and its framing, by the shape's name.</summary>
    private static readonly Dictionary<string, (string Method, string Body, Framing Framing)> Shapes = new()
    {
        ["POST with JSON"] = ("POST", Json, Framing.Length),
        ["POST without body or Content-Length"] = ("POST", "", Framing.None),
        ["POST with Content-Length: 0"] = ("POST", "", Framing.Length),
        ["POST that expects 100-continue"] = ("POST", Json, Framing.Expect),
        ["POST in chunks"] = ("POST", Json, Framing.Chunks),
        ["DELETE without body"] = ("DELETE", "", Framing.None),
        ["PATCH with JSON"] = ("PATCH", Json, Framing.Length),
    };

    private enum Framing
    {
        None,
        Length,
        Expect,
        Chunks,
    }

    public static IReadOnlyCollection<string> Names => Shapes.Keys;

    /// <summary>The two shapes that the HTTP client treats most differently: with a body, and without.</summary>
    public static IReadOnlyCollection<string> Extremes { get; } = ["POST with JSON", "POST without body or Content-Length"];

    /// <summary>Composes the request's bytes for <see cref="RawClient"/>.</summary>
    public static string Of(string name, string key, string path = "/guarded/session/")
    {
        var (method, body, framing) = Shapes[name];
        Field[] headers =
        [
            new("Idempotency-Key", key),
            new("x-api-key", Asking.Caller),
            .. body.Length == 0 ? [] : new[] { new Field("Content-Type", "application/json") },
        ];
        return framing switch
        {
            Framing.None => RawClient.Request(method, path, body: null, headers),
            Framing.Length => RawClient.Request(method, path, body, headers),
            Framing.Expect => RawClient.Request(method, path, body, [.. headers, new("Expect", "100-continue")]),
            Framing.Chunks => RawClient.Request(method, path, body: null, [.. headers, new("Transfer-Encoding", "chunked")])
                + $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n",
            _ => throw new InvalidOperationException($"no such framing: {framing}"),
        };
    }

    public static (string Method, string Body) Means(string name) => (Shapes[name].Method, Shapes[name].Body);
}
