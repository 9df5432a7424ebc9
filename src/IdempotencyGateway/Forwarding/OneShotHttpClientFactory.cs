using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// YARP's own HTTP clients, with the <see cref="OneShotHandler"/> on top of each, below it what the gateway shows of itself, and <see cref="OneHead"/> at the bottom. A cluster whose
/// credentials have changed gets another client: a request that began before, and the connections that it may use, keep those of the provider that it goes to.
/// </summary>
internal sealed class OneShotHttpClientFactory : ForwarderHttpClientFactory
{
    private readonly ProviderIdentities _identities;

    public OneShotHttpClientFactory(ProviderIdentities identities, ILogger<ForwarderHttpClientFactory> logger) : base(logger) => _identities = identities;

    protected override bool CanReuseOldClient(ForwarderHttpClientContext context) =>
        base.CanReuseOldClient(context) && CredentialsIn(context.OldMetadata) == CredentialsIn(context.NewMetadata);

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        // Looked at for each connection, because its files may have been renewed.
        if (_identities.CertificateFor(context.ClusterId, CredentialsIn(context.NewMetadata)) is { } certificate)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current;
        // The server reads header values as UTF-8; written in anything else, the HTTP client would refuse the request, and every repetition of it.
        handler.RequestHeaderEncodingSelector = OneHead.Watch(handler.RequestHeaderEncodingSelector ?? (static (_, _) => Encoding.UTF8));
        // As the server writes them, so that they go on byte for byte; left alone, the HTTP client takes some Locations for UTF-8.
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        var wrapped = base.WrapHandler(context, handler);
        return new OneShotHandler(_identities.TokensFor(context.ClusterId, CredentialsIn(context.NewMetadata)) is { } tokens ? new ProviderTokenHandler(tokens, wrapped) : wrapped);
    }

    /// <returns>Null where the cluster is shown nothing.</returns>
    /// <exception cref="InvalidOperationException">The cluster did not come from <see cref="ProviderRoutes"/>: it might go without its credentials by mistake.</exception>
    private static ProviderCredentials? CredentialsIn(IReadOnlyDictionary<string, string>? metadata) => metadata is CarryingMetadata<ProviderCredentials?> { Carried: var credentials }
        ? credentials
        : throw new InvalidOperationException("a cluster belongs to no configuration of the gateway");
}
