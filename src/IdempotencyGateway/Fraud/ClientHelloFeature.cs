using System.Buffers;
using IdempotencyGateway.Core.Fraud.Devices;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Fraud;

/// <summary>The feature of a connection, made once before its TLS handshake and visible to every request on it.</summary>
internal sealed record ClientHelloFeature(string? Ja4) : IClientHelloFeature
{
    /// <param name="clientHello">The TLS record; only valid during this call.</param>
    public static void Note(ConnectionContext connection, ReadOnlySequence<byte> clientHello)
    {
        var bytes = clientHello.IsSingleSegment ? clientHello.FirstSpan : clientHello.ToArray();
        connection.Features.Set<IClientHelloFeature>(new ClientHelloFeature(Ja4Fingerprint.TryCompute(bytes, out var ja4) ? ja4 : null));
    }
}
