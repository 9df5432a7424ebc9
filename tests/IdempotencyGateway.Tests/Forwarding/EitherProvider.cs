using System.Net;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>A scripted provider over HTTP/1.1 or HTTP/2, with the members that both have.</summary>
internal sealed class EitherProvider : IAsyncDisposable
{
    private readonly ScriptedProvider? _http11;
    private readonly ScriptedHttp2Provider? _http2;

    private EitherProvider(ScriptedProvider? http11, ScriptedHttp2Provider? http2)
    {
        _http11 = http11;
        _http2 = http2;
    }

    /// <summary>A YARP setting that allows only HTTP/2, in cleartext.</summary>
    public static ForwarderRequestConfig Http2Only { get; } =
        new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    public Uri Address => _http2?.Address ?? _http11!.Address;

    /// <summary>How many requests' heads (HEADERS over HTTP/2) arrived.</summary>
    public int Deliveries => _http2?.Deliveries.Count ?? _http11!.Deliveries.Count;

    public static EitherProvider Start(params Step[] script) => new(ScriptedProvider.Start(script), null);

    public static EitherProvider Start(params Http2Step[] script) => new(null, ScriptedHttp2Provider.Start(script));

    /// <summary>Sets the gateway's HTTP version to the provider's.</summary>
    public void Suit(GatewaySetup setup)
    {
        if (_http2 is not null)
            setup.HttpRequest = Http2Only;
    }

    /// <summary>Completes when the <paramref name="count"/>-th delivery (the first is 1) has reached a gate of its step.</summary>
    public async Task Waiting(int count) => await (_http2 is not null ? (await _http2.Delivered(count)).Waiting : (await _http11!.Delivered(count)).Waiting);

    public async ValueTask DisposeAsync()
    {
        if (_http2 is not null)
            await _http2.DisposeAsync();
        if (_http11 is not null)
            await _http11.DisposeAsync();
    }
}
