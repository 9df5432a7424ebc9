using System.Net.Sockets;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>How the other side ended its half of the connection, as far as reading has noticed.</summary>
public enum ConnectionEnd
{
    NotSeen,
    Closed,
    Reset,
}

/// <summary>
/// One TCP connection, read with exactly the buffering that parsing HTTP needs and written without any. Reading past the other side's
/// end is a value (null, 0 or false; <see cref="End"/> says how it ended), writing into a broken connection an <see cref="IOException"/>.
/// One reader and one writer at a time.
/// </summary>
/// <param name="stream">The socket's own stream, or TLS over it.</param>
public sealed class RawConnection(Socket socket, Stream stream) : IDisposable
{
    private const int LongestLineInBytes = 1024 * 1024;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public ConnectionEnd End { get; private set; }

    /// <summary>The next byte, left where it is; null at the end.</summary>
    public async ValueTask<byte?> Peek(CancellationToken cancellation) =>
        _start < _end || await Fill(cancellation) ? _buffer[_start] : null;

    /// <summary>Some bytes, as they come; 0 at the end.</summary>
    public async ValueTask<int> Read(Memory<byte> into, CancellationToken cancellation)
    {
        if (_start == _end && !await Fill(cancellation))
            return 0;
        var taken = Math.Min(into.Length, _end - _start);
        _buffer.AsMemory(_start, taken).CopyTo(into);
        _start += taken;
        return taken;
    }

    /// <summary>Fills <paramref name="into"/>; false when the connection ended before.</summary>
    public async ValueTask<bool> ReadExactly(Memory<byte> into, CancellationToken cancellation)
    {
        while (into.Length > 0)
        {
            var taken = await Read(into, cancellation);
            if (taken == 0)
                return false;
            into = into[taken..];
        }
        return true;
    }

    /// <summary>One line as received, with its LF (and CR); null when the connection ended inside or before it.</summary>
    public async ValueTask<byte[]?> ReadLine(CancellationToken cancellation)
    {
        var line = new MemoryStream();
        while (line.Length < LongestLineInBytes)
        {
            if (_start == _end && !await Fill(cancellation))
                return null;
            var newline = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var upTo = newline < 0 ? _end : newline + 1;
            line.Write(_buffer, _start, upTo - _start);
            _start = upTo;
            if (newline >= 0)
                return line.ToArray();
        }
        throw new InvalidDataException($"a line of more than {LongestLineInBytes} bytes");
    }

    /// <summary>
    /// Waits until the other side sent something more or ended, and takes nothing: what came stays unread in the socket, as it does for
    /// a server that closes an idle connection just when the next request arrives.
    /// </summary>
    /// <returns>True for bytes, false for the end.</returns>
    public async ValueTask<bool> MoreArrives(CancellationToken cancellation)
    {
        if (_start < _end)
            return true;
        try
        {
            return await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, cancellation) > 0 || Ended(ConnectionEnd.Closed);
        }
        catch (SocketException)
        {
            return Ended(ConnectionEnd.Reset);
        }
    }

    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await stream.WriteAsync(bytes, cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>Sends FIN: nothing more comes from this side, but it still reads.</summary>
    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes both ways: a FIN, and after it an RST when bytes were left unread or keep coming.</summary>
    public void Close() => stream.Dispose();

    /// <summary>Sends RST at once, whatever was still on its way.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }

    private async ValueTask<bool> Fill(CancellationToken cancellation)
    {
        try
        {
            _start = 0;
            _end = 0;
            _end = await stream.ReadAsync(_buffer, cancellation);
            return _end > 0 || Ended(ConnectionEnd.Closed);
        }
        catch (IOException)
        {
            return Ended(ConnectionEnd.Reset);
        }
    }

    private bool Ended(ConnectionEnd how)
    {
        if (End == ConnectionEnd.NotSeen)
            End = how;
        return false;
    }
}
