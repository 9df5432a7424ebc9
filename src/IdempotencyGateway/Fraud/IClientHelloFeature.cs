namespace IdempotencyGateway.Fraud;

/// <summary>What the connection's first TLS message tells of the client's software. On connections on which the gateway ends TLS itself; others have no such feature.</summary>
internal interface IClientHelloFeature
{
    /// <summary>Null when the message could not be read.</summary>
    string? Ja4 { get; }
}
