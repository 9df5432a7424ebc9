namespace IdempotencyGateway.Fraud;

/// <summary>
/// What one program on one machine sends alike every time. Everything concluded from these headers is concluded from here, so equal traits lead to equal conclusions. A
/// header that came in several lines is what it would be in one (RFC 9110 §5.3), and one that did not come is empty.
/// </summary>
/// <param name="Brands">Sec-CH-UA; the next two likewise.</param>
/// <param name="Ja4">The fingerprint of the client's TLS; empty where TLS ended in front.</param>
internal readonly record struct DeviceTraits(
    string UserAgent, string Accept, string AcceptLanguage, string AcceptEncoding, string Brands, string Mobile, string Platform, string Ja4)
{
    /// <summary>A sender with more characters than this is not remembered.</summary>
    private const int MaxKeptLength = 1024;

    public static DeviceTraits Of(HttpRequest request, string? ja4)
    {
        var headers = request.Headers;
        return new(
            headers.UserAgent.ToString(), headers.Accept.ToString(), headers.AcceptLanguage.ToString(), headers.AcceptEncoding.ToString(),
            headers["sec-ch-ua"].ToString(), headers["sec-ch-ua-mobile"].ToString(), headers["sec-ch-ua-platform"].ToString(), ja4 ?? "");
    }

    /// <summary>Whether these may be kept in memory, to know the device by when it comes again.</summary>
    public bool MayBeKept =>
        UserAgent.Length + Accept.Length + AcceptLanguage.Length + AcceptEncoding.Length + Brands.Length + Mobile.Length + Platform.Length + Ja4.Length <= MaxKeptLength;

    /// <summary>The order is part of every name that a store knows a device by.</summary>
    public string[] InOrder() => [UserAgent, Accept, AcceptLanguage, AcceptEncoding, Brands, Mobile, Platform, Ja4];
}
