using System.Buffers;
using IdempotencyGateway.Core.Fraud.Devices;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Fraud;

/// <summary>Made once for a connection, before its handshake; every request on it has it.</summary>
internal sealed record ClientHelloFeature(string? Ja4) : IClientHelloFeature
{
    /// <param name="clientHello">The record as it came; gone afterwards.</param>
    public static void Note(ConnectionContext connection, ReadOnlySequence<byte> clientHello)
    {
        var bytes = clientHello.IsSingleSegment ? clientHello.FirstSpan : clientHello.ToArray();
        connection.Features.Set<IClientHelloFeature>(new ClientHelloFeature(Ja4Fingerprint.TryCompute(bytes, out var ja4) ? ja4 : null));
    }
}
