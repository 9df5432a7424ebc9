namespace IdempotencyGateway.Fraud;

/// <summary>
/// What one program on one machine sends alike in every request. Signals read these headers only from here, so equal traits give equal findings. Several lines of
/// a header are joined (RFC 9110 §5.3), and a missing header is empty.
/// </summary>
/// <param name="Brands">Sec-CH-UA.</param>
/// <param name="Mobile">Sec-CH-UA-Mobile.</param>
/// <param name="Platform">Sec-CH-UA-Platform.</param>
/// <param name="Ja4">The fingerprint of the client's TLS; empty where TLS is terminated in front of the gateway.</param>
internal readonly record struct DeviceTraits(
    string UserAgent, string Accept, string AcceptLanguage, string AcceptEncoding, string Brands, string Mobile, string Platform, string Ja4)
{
    /// <summary>Traits with more characters in all are not cached.</summary>
    private const int MaxKeptLength = 1024;

    public static DeviceTraits Of(HttpRequest request, string? ja4)
    {
        var headers = request.Headers;
        return new(
            headers.UserAgent.ToString(), headers.Accept.ToString(), headers.AcceptLanguage.ToString(), headers.AcceptEncoding.ToString(),
            headers["sec-ch-ua"].ToString(), headers["sec-ch-ua-mobile"].ToString(), headers["sec-ch-ua-platform"].ToString(), ja4 ?? "");
    }

    /// <summary>Whether these may be kept in a cache.</summary>
    public bool MayBeKept =>
        UserAgent.Length + Accept.Length + AcceptLanguage.Length + AcceptEncoding.Length + Brands.Length + Mobile.Length + Platform.Length + Ja4.Length <= MaxKeptLength;

    /// <summary>The order must not change: it is hashed into the keys under which stores know devices.</summary>
    public string[] InOrder() => [UserAgent, Accept, AcceptLanguage, AcceptEncoding, Brands, Mobile, Platform, Ja4];
}
