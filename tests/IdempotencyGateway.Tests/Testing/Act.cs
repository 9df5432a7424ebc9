namespace IdempotencyGateway.Tests.Testing;

/// <summary>One action of a scripted provider on a connection, performed after a request's head has arrived. A <see cref="Step"/> is a sequence of them.</summary>
public abstract record Act
{
    private Act()
    {
    }

    /// <summary>Reads the request's body to its end. The step ends early if the client closes the connection first.</summary>
    public sealed record ReadBody : Act;

    /// <summary>Writes these bytes to the wire, valid HTTP or not.</summary>
    public sealed record Send(ReadOnlyMemory<byte> Bytes) : Act;

    /// <summary>Does nothing until the gate opens. The step ends early if the client disconnects first.</summary>
    public sealed record Wait(Gate Gate) : Act;

    /// <summary>Leaves the connection idle until the client's next bytes are in the socket, and does not read them.</summary>
    public sealed record AwaitNextRequest : Act;

    /// <summary>Sends every received byte back until the client closes its side.</summary>
    public sealed record Echo : Act;

    /// <summary>Closes both directions with a FIN (<see cref="RawConnection.Close"/> says when an RST follows).</summary>
    public sealed record Close : Act;

    /// <summary>Sends an RST.</summary>
    public sealed record Reset : Act;
}
