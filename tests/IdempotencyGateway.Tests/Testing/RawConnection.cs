using System.Net.Sockets;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>How the peer ended its half of the connection, as far as reads have observed it.</summary>
public enum ConnectionEnd
{
    NotSeen,
    Closed,
    Reset,
}

/// <summary>
/// A TCP connection with buffered reads for parsing HTTP and unbuffered writes. A read after the peer has ended the connection returns
/// null, 0 or false, and <see cref="End"/> says how it ended; a write to a broken connection throws an <see cref="IOException"/>.
/// Supports one reader and one writer at a time.
/// </summary>
/// <param name="stream">The socket's network stream, or a TLS stream over it.</param>
public sealed class RawConnection(Socket socket, Stream stream) : IDisposable
{
    private const int LongestLineInBytes = 1024 * 1024;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    public ConnectionEnd End { get; private set; }

    /// <summary>Returns the next byte without consuming it; null at the end.</summary>
    public async ValueTask<byte?> Peek(CancellationToken cancellation) =>
        _start < _end || await Fill(cancellation) ? _buffer[_start] : null;

    /// <summary>Reads the bytes that are available, waiting for at least one; 0 at the end.</summary>
    public async ValueTask<int> Read(Memory<byte> into, CancellationToken cancellation)
    {
        if (_start == _end && !await Fill(cancellation))
            return 0;
        var taken = Math.Min(into.Length, _end - _start);
        _buffer.AsMemory(_start, taken).CopyTo(into);
        _start += taken;
        return taken;
    }

    /// <summary>Fills <paramref name="into"/>; false if the connection ended first.</summary>
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

    /// <summary>Reads one line with its LF (and CR); null if the connection ended before the LF.</summary>
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
        throw new InvalidDataException($"received a line of more than {LongestLineInBytes} bytes");
    }

    /// <summary>
    /// Waits until the peer has sent more bytes or ended the connection, and consumes nothing. The bytes stay unread in the socket, as
    /// for a server that closes an idle connection just as the next request arrives.
    /// </summary>
    /// <returns>True if bytes arrived, false if the connection ended.</returns>
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

    /// <summary>Sends a FIN: this side can still read but no longer write.</summary>
    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes both directions: sends a FIN, and an RST if received bytes are unread or more arrive.</summary>
    public void Close() => stream.Dispose();

    /// <summary>Sends an RST at once and discards what has not been sent yet.</summary>
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
