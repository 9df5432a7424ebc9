using System.Buffers;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>What may name a member of a dictionary or a parameter (RFC 9651 §3.1.2): a small letter or "*", then small letters, digits, "_", "-", ".", "*".</summary>
public static class FieldKey
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");

    public static bool IsValid(string key) => key is [(>= 'a' and <= 'z') or '*', ..] && key.Length <= MaxLength && !key.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>The nearest key to any name: capitals made small, what no key may hold made "-", cut to length.</summary>
    public static string From(string name) => string.Create(Math.Min(name.Length, MaxLength), name, static (key, name) =>
    {
        for (var at = 0; at < key.Length; at++)
        {
            var character = char.ToLowerInvariant(name[at]);
            key[at] = Characters.Contains(character) ? character : '-';
        }
    });

    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Checked(string key) => IsValid(key) ? key : throw new ArgumentException($"'{key}' names nothing in a structured field", nameof(key));
}
