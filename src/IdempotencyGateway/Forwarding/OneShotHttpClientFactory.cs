using System.Text;
using IdempotencyGateway.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>YARP's own HTTP clients, with the <see cref="OneShotHandler"/> on top of each, below it what the gateway shows of itself, and <see cref="OneHead"/> at the bottom.</summary>
internal sealed class OneShotHttpClientFactory : ForwarderHttpClientFactory
{
    private readonly ProviderIdentities _identities;

    public OneShotHttpClientFactory(ProviderIdentities identities, ILogger<ForwarderHttpClientFactory> logger) : base(logger) => _identities = identities;

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        var cluster = context.ClusterId;
        // Looked up for each connection, because clients outlive reloads; null shows none.
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => _identities.CertificateFor(cluster)?.Current!;
        // The server reads header values as UTF-8; written in anything else, the HTTP client would refuse the request, and every repetition of it.
        handler.RequestHeaderEncodingSelector = OneHead.Watch(handler.RequestHeaderEncodingSelector ?? (static (_, _) => Encoding.UTF8));
        // As the server writes them, so that they go on byte for byte; left alone, the HTTP client takes some Locations for UTF-8.
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new OneShotHandler(new ProviderTokenHandler(context.ClusterId, _identities, base.WrapHandler(context, handler)));
}
