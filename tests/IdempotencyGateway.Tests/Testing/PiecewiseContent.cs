using System.Net;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>A request body whose bytes go out in two pieces: the second only when the gate opens.</summary>
/// <param name="first">Bytes of the first piece.</param>
/// <param name="second">Bytes of the second.</param>
public sealed class PiecewiseContent(int first, int second, Gate gate) : HttpContent
{
    /// <summary>
    /// Bytes that a test sends beyond those that its provider waits for, where a proxy stands between: an HTTP client keeps what does not fill its write
    /// buffer (4 KB in <c>SocketsHttpHandler</c>, which YARP sends with) until more comes, so that the last of what was sent may not be at the provider yet.
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
