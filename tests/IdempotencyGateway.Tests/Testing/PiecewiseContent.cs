using System.Net;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A request body whose bytes go out in two pieces: the second only when the gate opens.</summary>
/// <param name="first">Bytes of the first piece.</param>
/// <param name="second">Bytes of the second.</param>
public sealed class PiecewiseContent(int first, int second, Gate gate) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(new byte[first]);
        await stream.FlushAsync();
        await gate.Opened;
        await stream.WriteAsync(new byte[second]);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = first + second;
        return true;
    }
}
