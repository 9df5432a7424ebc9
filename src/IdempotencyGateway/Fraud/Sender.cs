using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Fraud;

/// <summary>Who sends a request, as far as can be told from the connection and the headers. Two that are equal cannot be told apart.</summary>
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

    /// <summary>Null while TLS ends in front of the gateway.</summary>
    private static string? Ja4Of(HttpContext context) => context.Request.IsHttps ? context.Features.Get<IClientHelloFeature>()?.Ja4 : null;
}
