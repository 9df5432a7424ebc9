using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IdempotencyGateway.Core.Keys;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Caches the last caller of a connection with its credentials. Clients reuse connections, and identifying the same caller again would cost a keyed hash for every request. The credentials are
/// kept no longer than the connection, whose buffers have held them anyway.
/// </summary>
internal sealed class CallerMemo
{
    private Known? _last;

    public static void Attach(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(new CallerMemo());
        return next(connection);
    });

    /// <param name="credentials">All credentials that identify the caller, as sent.</param>
    public CallerScope Identify(StoreSecret secret, ReadOnlySpan<KeyValuePair<string, string>> credentials)
    {
        if (Volatile.Read(ref _last) is { } last && AreSame(last.Credentials, credentials))
            return last.Caller;
        var caller = CallerScope.FromCredentials(secret, credentials);
        Volatile.Write(ref _last, new(credentials.ToArray(), caller));
        return caller;
    }

    private static bool AreSame(ReadOnlySpan<KeyValuePair<string, string>> these, ReadOnlySpan<KeyValuePair<string, string>> those)
    {
        if (these.Length != those.Length)
            return false;
        for (var i = 0; i < these.Length; i++)
        {
            if (!string.Equals(these[i].Key, those[i].Key, StringComparison.Ordinal) || !AreSame(these[i].Value, those[i].Value))
                return false;
        }
        return true;
    }

    /// <summary>Compares in constant time: behind a proxy one connection carries many callers, and none may learn another's credentials by timing.</summary>
    private static bool AreSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(one.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));

    private sealed record Known(KeyValuePair<string, string>[] Credentials, CallerScope Caller);
}
