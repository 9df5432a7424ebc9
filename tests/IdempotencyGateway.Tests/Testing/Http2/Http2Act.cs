namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>One action of a scripted HTTP/2 provider on a stream or its connection, performed after a request's HEADERS have arrived.</summary>
public abstract record Http2Act
{
    private Http2Act()
    {
    }

    /// <summary>Reads to END_STREAM. The step ends early if the stream is reset or the connection ends first.</summary>
    public sealed record ReadBody : Http2Act;

    /// <summary>Sends HEADERS: an interim or final head, or trailers.</summary>
    public sealed record SendHeaders(IReadOnlyList<Field> Headers, bool EndStream) : Http2Act;

    /// <summary>Sends DATA, split into as many frames as necessary.</summary>
    public sealed record SendData(ReadOnlyMemory<byte> Bytes, bool EndStream) : Http2Act;

    /// <summary>Does nothing until the gate opens. The step ends early if the client resets the stream or disconnects first.</summary>
    public sealed record Wait(Gate Gate) : Http2Act;

    /// <summary>Sends RST_STREAM.</summary>
    public sealed record ResetStream(Http2Error Error) : Http2Act;

    /// <summary>Sends GOAWAY.</summary>
    /// <param name="IncludingThisStream">
    /// Whether the frame names this stream as the last one that the provider may have processed; otherwise it names stream 0, which says that no stream was processed.
    /// </param>
    public sealed record GoAway(bool IncludingThisStream, Http2Error Error) : Http2Act;

    /// <summary>Closes the connection, and with it every stream.</summary>
    public sealed record Close : Http2Act;

    /// <summary>Sends a TCP RST, which ends every stream.</summary>
    public sealed record Reset : Http2Act;
}
