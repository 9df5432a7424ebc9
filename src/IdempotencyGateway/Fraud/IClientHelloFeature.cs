namespace IdempotencyGateway.Fraud;

/// <summary>What the connection's first TLS message says about the client's software. Only connections on which the gateway itself ends TLS have this feature.</summary>
internal interface IClientHelloFeature
{
    /// <summary>Null when the message could not be read.</summary>
    string? Ja4 { get; }
}
