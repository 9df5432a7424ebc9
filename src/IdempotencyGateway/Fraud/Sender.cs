using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Fraud;

/// <summary>The sender of a request, as far as the connection and the headers identify it: the client's address and its device.</summary>
internal readonly record struct Sender(ClientAddress Client, DeviceTraits Device)
{
    public static Sender Of(HttpContext context, FraudSnapshot fraud) => new(ClientOf(context, fraud), DeviceTraits.Of(context.Request, Ja4Of(context)));

    private static ClientAddress ClientOf(HttpContext context, FraudSnapshot fraud)
    {
        var headers = context.Request.Headers;
        return context.Connection.RemoteIpAddress is { } peer
            ? ClientAddress.Find(NetworkAddress.From(peer), fraud.TrustedProxies, headers["X-Forwarded-For"].ToArray(), headers["Forwarded"].ToArray(), fraud.ForwardingHeader)
            : default;
    }

    /// <summary>Null where TLS is terminated in front of the gateway.</summary>
    private static string? Ja4Of(HttpContext context) => context.Request.IsHttps ? context.Features.Get<IClientHelloFeature>()?.Ja4 : null;
}
