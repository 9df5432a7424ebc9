namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>Which of the two headers the trusted proxies write.</summary>
public enum ForwardingHeader
{
    /// <summary>Nobody said. Where both came, they have to name the same client, because the one that the proxies do not write is the client's own.</summary>
    Either,

    /// <summary>X-Forwarded-For; a Forwarded may be anybody's and does not count.</summary>
    XForwardedFor,

    /// <summary>Forwarded (RFC 7239); an X-Forwarded-For may be anybody's and does not count.</summary>
    Forwarded,
}
