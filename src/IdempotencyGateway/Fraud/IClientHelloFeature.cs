namespace IdempotencyGateway.Fraud;

/// <summary>What the TLS ClientHello says about the client's software. Only connections on which the gateway itself terminates TLS have this feature.</summary>
internal interface IClientHelloFeature
{
    /// <summary>The client's JA4 fingerprint; null when the message could not be parsed.</summary>
    string? Ja4 { get; }
}
