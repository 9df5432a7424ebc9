using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Providers;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Builds YARP's HTTP clients with the gateway's handlers around them: <see cref="OneShotHandler"/> on top, then the cluster's credentials, and <see cref="OneShotHead"/> at the bottom. When a
/// cluster's credentials change, it gets a new client; requests under way and pooled connections keep the old credentials.
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
        // Evaluated for each connection, because the certificate's files may have been renewed.
        if (_identities.CertificateFor(context.ClusterId, CredentialsIn(context.NewMetadata)) is { } certificate)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Current;
        // Kestrel reads header values as UTF-8. By its default, ASCII, the HTTP client would refuse to send others, on every retry.
        handler.RequestHeaderEncodingSelector = OneShotHead.Watch(handler.RequestHeaderEncodingSelector ?? (static (_, _) => Encoding.UTF8));
        // Kestrel writes response headers as Latin-1, so reading them as Latin-1 forwards them byte for byte. By default the HTTP client decodes some Location headers as UTF-8.
        handler.ResponseHeaderEncodingSelector ??= static (_, _) => Encoding.Latin1;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        var wrapped = base.WrapHandler(context, handler);
        return new OneShotHandler(_identities.TokensFor(context.ClusterId, CredentialsIn(context.NewMetadata)) is { } tokens ? new ProviderTokenHandler(tokens, wrapped) : wrapped);
    }

    /// <returns>Null where no credentials are configured for the cluster.</returns>
    /// <exception cref="InvalidOperationException">The cluster did not come from <see cref="ProviderRoutes"/>. To go on could send its requests without credentials.</exception>
    private static ProviderCredentials? CredentialsIn(IReadOnlyDictionary<string, string>? metadata) => metadata is CarryingMetadata<ProviderCredentials?> { Carried: var credentials }
        ? credentials
        : throw new InvalidOperationException("a cluster does not carry the gateway's configuration");
}
