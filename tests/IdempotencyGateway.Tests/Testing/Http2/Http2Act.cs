namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>What a scripted HTTP/2 provider can do on a stream, or on its whole connection, once a request's HEADERS are there.</summary>
public abstract record Http2Act
{
    private Http2Act()
    {
    }

    /// <summary>Read to END_STREAM; the step is over when the stream or the connection ends before that.</summary>
    public sealed record ReadBody : Http2Act;

    /// <summary>HEADERS: an interim or final head, or trailers.</summary>
    public sealed record SendHeaders(IReadOnlyList<Field> Headers, bool EndStream) : Http2Act;

    /// <summary>DATA, in as many frames as it takes.</summary>
    public sealed record SendData(ReadOnlyMemory<byte> Bytes, bool EndStream) : Http2Act;

    /// <summary>Do nothing until the gate opens; the step is over when the client resets the stream or goes away before that.</summary>
    public sealed record Wait(Gate Gate) : Http2Act;

    /// <summary>RST_STREAM.</summary>
    public sealed record ResetStream(Http2Error Error) : Http2Act;

    /// <summary>GOAWAY.</summary>
    /// <param name="IncludingThisStream">
    /// The last stream that the provider says it may have acted upon: this one, or none at all (0), which disowns this one.
    /// </param>
    public sealed record GoAway(bool IncludingThisStream, Http2Error Error) : Http2Act;

    /// <summary>Close the connection under every stream.</summary>
    public sealed record Close : Http2Act;

    /// <summary>Send RST under every stream.</summary>
    public sealed record Reset : Http2Act;
}
