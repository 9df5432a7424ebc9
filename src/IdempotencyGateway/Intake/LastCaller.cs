using System.Runtime.InteropServices;
using System.Security.Cryptography;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Intake;

/// <summary>
/// Whose the last request of a connection was: most clients send the same credentials with every one, and to compare them costs less than to hash them. Kept as long as the
/// connection, whose server keeps its last headers just so. Any of its requests may ask, at the same time (HTTP/2).
/// </summary>
internal sealed class LastCaller
{
    /// <summary>Characters; hashing is the faster of the two for more.</summary>
    private const int LongestCredentials = 256;

    private Told? _last;

    public CallerScope? Find(CallerPolicy policy, ReadOnlySpan<KeyValuePair<string, string>> credentials) =>
        Volatile.Read(ref _last) is { } last && ReferenceEquals(last.Policy, policy) && AreSame(last.Credentials, credentials) ? last.Scope : null;

    public void Remember(CallerPolicy policy, ReadOnlySpan<KeyValuePair<string, string>> credentials, CallerScope scope)
    {
        var length = 0;
        foreach (var (_, value) in credentials)
            length += value.Length;
        if (length <= LongestCredentials)
            Volatile.Write(ref _last, new(policy, credentials.ToArray(), scope));
    }

    /// <summary>In a time that does not tell how much of a credential was right: behind a proxy, a connection is many clients'.</summary>
    private static bool AreSame(ReadOnlySpan<KeyValuePair<string, string>> known, ReadOnlySpan<KeyValuePair<string, string>> sent)
    {
        if (known.Length != sent.Length)
            return false;
        for (var i = 0; i < known.Length; i++)
        {
            // The names are the policy's own texts.
            if (!ReferenceEquals(known[i].Key, sent[i].Key)
                || !CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(known[i].Value.AsSpan()), MemoryMarshal.AsBytes(sent[i].Value.AsSpan())))
            {
                return false;
            }
        }
        return true;
    }

    private sealed record Told(CallerPolicy Policy, KeyValuePair<string, string>[] Credentials, CallerScope Scope);
}
