namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>Which of the two forwarding headers the trusted proxies write.</summary>
public enum ForwardingHeader
{
    /// <summary>Not configured. If both are present they must name the same client, because the one that the proxies do not write was sent by the client.</summary>
    Either,

    /// <summary>X-Forwarded-For. Forwarded is ignored, because anybody may have sent it.</summary>
    XForwardedFor,

    /// <summary>Forwarded (RFC 7239). X-Forwarded-For is ignored, because anybody may have sent it.</summary>
    Forwarded,
}
