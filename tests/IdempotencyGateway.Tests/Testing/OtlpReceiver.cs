using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>An OpenTelemetry collector that receives spans over OTLP/HTTP and keeps them.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentQueue<byte[]> _bodies = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public IReadOnlyCollection<ReceivedSpan> Spans => _spans;

    /// <summary>The raw request bodies.</summary>
    public IReadOnlyCollection<byte[]> Bodies => _bodies;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _bodies.Enqueue(body.ToArray());
        foreach (var resource in new ProtobufMessage(body.ToArray()).All(1))
        {
            var service = Attributes(resource.All(1).First(), 1)["service.name"];
            foreach (var span in resource.All(2).SelectMany(scope => scope.All(2)))
                _spans.Enqueue(Read(span, service));
        }
        context.Response.ContentType = "application/x-protobuf";
    }

    private static ReceivedSpan Read(ProtobufMessage span, string service) => new(
        service, Hex(span, 1), Hex(span, 2), Hex(span, 4), span.Text(5), Attributes(span, 9), [.. span.All(13).Select(link => (Hex(link, 1), Hex(link, 2)))]);

    private static string Hex(ProtobufMessage message, int field) => Convert.ToHexStringLower(message.Bytes(field));

    /// <summary>Attribute values by name; an attribute whose value is not a string has an empty one.</summary>
    private static Dictionary<string, string> Attributes(ProtobufMessage message, int field) =>
        message.All(field).ToDictionary(attribute => attribute.Text(1), attribute => attribute.All(2).First().Text(1));
}

/// <summary>A received span. Ids are in hex; an absent id is empty.</summary>
public sealed record ReceivedSpan(
    string Service,
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(string TraceId, string SpanId)> Links);
