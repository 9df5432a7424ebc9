namespace IdempotencyGateway.Tests.Testing;

/// <summary>What a scripted provider can do on a connection once a request's head is there. Everything else is made of these.</summary>
public abstract record Act
{
    private Act()
    {
    }

    /// <summary>Read the request's body to its end; the step is over when the client ends before that.</summary>
    public sealed record ReadBody : Act;

    /// <summary>Put these bytes on the wire, whatever they mean.</summary>
    public sealed record Send(ReadOnlyMemory<byte> Bytes) : Act;

    /// <summary>Do nothing until the gate opens; the step is over when the client goes away before that.</summary>
    public sealed record Wait(Gate Gate) : Act;

    /// <summary>Leave the connection idle until the client's next bytes are in the socket, and do not read them.</summary>
    public sealed record AwaitNextRequest : Act;

    /// <summary>Send back every byte that comes, until the client ends.</summary>
    public sealed record Echo : Act;

    /// <summary>Close both ways: a FIN (see <see cref="RawConnection.Close"/> for what follows when bytes were left unread).</summary>
    public sealed record Close : Act;

    /// <summary>Send RST.</summary>
    public sealed record Reset : Act;
}
