using System.Buffers;

namespace IdempotencyGateway.Core.Fraud.Fields;

/// <summary>The syntax of a key of a dictionary member or parameter (RFC 9651 §3.1.2): a lower-case letter or "*", then lower-case letters, digits, "_", "-", ".", "*".</summary>
public static class FieldKey
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");

    public static bool IsValid(string key) => key is [(>= 'a' and <= 'z') or '*', ..] && key.Length <= MaxLength && !key.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>Makes a key from any name: lower-cased, forbidden characters replaced by "-", truncated.</summary>
    public static string From(string name) => string.Create(Math.Min(name.Length, MaxLength), name, static (key, name) =>
    {
        for (var at = 0; at < key.Length; at++)
        {
            var character = char.ToLowerInvariant(name[at]);
            key[at] = Characters.Contains(character) ? character : '-';
        }
    });

    /// <exception cref="ArgumentException">The text is not a key.</exception>
    public static string Checked(string key) => IsValid(key) ? key : throw new ArgumentException($"'{key}' is not a key of a structured field", nameof(key));
}
