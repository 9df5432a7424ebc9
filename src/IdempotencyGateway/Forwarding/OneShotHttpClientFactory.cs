using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Forwarding;

/// <summary>YARP's own HTTP clients, with the <see cref="OneShotHandler"/> on top of each and <see cref="OneHead"/> below.</summary>
internal sealed class OneShotHttpClientFactory : ForwarderHttpClientFactory
{
    public OneShotHttpClientFactory(ILogger<ForwarderHttpClientFactory> logger) : base(logger)
    {
    }

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        // The server reads header values as UTF-8; written in anything else, the HTTP client would refuse the request, and every repetition of it.
        handler.RequestHeaderEncodingSelector = OneHead.Watch(handler.RequestHeaderEncodingSelector ?? (static (_, _) => Encoding.UTF8));
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new OneShotHandler(base.WrapHandler(context, handler));
}
