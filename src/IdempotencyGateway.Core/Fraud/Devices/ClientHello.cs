namespace IdempotencyGateway.Core.Fraud.Devices;

/// <summary>
/// A parsed TLS ClientHello (RFC 8446 §4.1.2): the lists that distinguish clients, as they were sent. Nothing in it is trusted: every
/// length is checked against the bytes that are there, and every part must end where its own length says.
/// </summary>
internal readonly ref struct ClientHello
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RandomInBytes = 32;
    private const int LongestInBytes = 64 * 1024;

    private ClientHello(ushort version, ReadOnlySpan<byte> cipherSuites, ReadOnlySpan<byte> extensions)
    {
        LegacyVersion = version;
        CipherSuites = cipherSuites;
        Extensions = extensions;
    }

    /// <summary>The version field. Since TLS 1.3 the versions that the client supports are in an extension.</summary>
    public ushort LegacyVersion { get; }

    /// <summary>Two bytes per cipher suite.</summary>
    public ReadOnlySpan<byte> CipherSuites { get; }

    /// <summary>For each extension its type (two bytes) and its content with a length prefix; empty when there are none.</summary>
    public ReadOnlySpan<byte> Extensions { get; }

    /// <param name="records">One TLS record, or several if the client fragmented its hello.</param>
    public static bool TryParse(ReadOnlySpan<byte> records, out ClientHello hello)
    {
        hello = default;
        if (!TryJoin(records, out var message) || message.Length > LongestInBytes)
            return false;
        var cursor = new ByteCursor(message);
        if (!cursor.TryByte(out var type) || type != ClientHelloMessage
            || !cursor.TryByte(out var high) || high != 0 || !cursor.TryVector16(out var body) || !cursor.IsAtEnd)
        {
            return false;
        }
        return TryReadBody(body, out hello);
    }

    /// <summary>Finds an extension. If there are several of the same type, which TLS forbids, it finds the first.</summary>
    public bool TryFind(ushort type, out ReadOnlySpan<byte> content)
    {
        var cursor = new ByteCursor(Extensions);
        while (cursor.TryUInt16(out var found) && cursor.TryVector16(out content))
        {
            if (found == type)
                return true;
        }
        content = default;
        return false;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> body, out ClientHello hello)
    {
        hello = default;
        var cursor = new ByteCursor(body);
        if (!cursor.TryUInt16(out var version) || !cursor.TryTake(RandomInBytes, out _) || !cursor.TryVector8(out _)
            || !cursor.TryVector16(out var cipherSuites) || cipherSuites.Length % sizeof(ushort) != 0 || !cursor.TryVector8(out _))
        {
            return false;
        }
        ReadOnlySpan<byte> extensions = default;
        if (!cursor.IsAtEnd && !(cursor.TryVector16(out extensions) && cursor.IsAtEnd && AreWhole(extensions)))
            return false;
        hello = new(version, cipherSuites, extensions);
        return true;
    }

    private static bool AreWhole(ReadOnlySpan<byte> extensions)
    {
        var cursor = new ByteCursor(extensions);
        while (!cursor.IsAtEnd)
        {
            if (!cursor.TryUInt16(out _) || !cursor.TryVector16(out _))
                return false;
        }
        return true;
    }

    /// <summary>Strips the record headers. Copies the message only if it spans several records.</summary>
    private static bool TryJoin(ReadOnlySpan<byte> records, out ReadOnlySpan<byte> message)
    {
        message = default;
        byte[]? joined = null;
        var length = 0;
        var cursor = new ByteCursor(records);
        while (!cursor.IsAtEnd)
        {
            if (!cursor.TryByte(out var type) || type != HandshakeRecord || !cursor.TryUInt16(out _) || !cursor.TryVector16(out var fragment))
                return false;
            if (joined is null && cursor.IsAtEnd)
            {
                message = fragment;
                return true;
            }
            joined ??= new byte[records.Length];
            fragment.CopyTo(joined.AsSpan(length));
            length += fragment.Length;
        }
        message = joined.AsSpan(0, length);
        return true;
    }
}
