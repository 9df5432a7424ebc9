using System.Net;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A request body that is sent in two pieces, the second one only when the gate opens.</summary>
/// <param name="first">Size of the first piece in bytes.</param>
/// <param name="second">Size of the second piece in bytes.</param>
public sealed class PiecewiseContent(int first, int second, Gate gate) : HttpContent
{
    /// <summary>
    /// How many bytes a test must send through a proxy beyond those that its provider waits for. YARP's <c>SocketsHttpHandler</c> holds back what does not fill its
    /// 4 KB write buffer until more arrives, so the last bytes sent may not have reached the provider.
    /// </summary>
    public const int MayStayBehind = 16_384;

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
