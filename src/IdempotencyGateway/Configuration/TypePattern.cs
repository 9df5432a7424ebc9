using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration;

/// <summary>One content type (<c>application/pdf</c>), or all subtypes of a type (<c>image/*</c>). Compared without case and parameters.</summary>
public sealed record TypePattern
{
    private readonly string _text;

    private TypePattern(string text) => _text = text;

    /// <summary>The types of pictures, recordings and documents of people. A multipart body may contain any of them.</summary>
    public static IReadOnlyList<TypePattern> Media { get; } =
        [new("image/*"), new("audio/*"), new("video/*"), new("model/*"), new("multipart/*"), new("application/octet-stream"), new("application/pdf"), new("application/zip")];

    public static bool TryParse(string text, [MaybeNullWhen(false)] out TypePattern pattern)
    {
        pattern = text.Split('/') is [var type, var subtype] && HttpToken.IsValid(type) && HttpToken.IsValid(subtype) && type != "*"
            ? new(text.ToLowerInvariant())
            : null;
        return pattern is not null;
    }

    /// <param name="type">A content type without parameters.</param>
    public bool Covers(ReadOnlySpan<char> type) => _text.EndsWith("/*", StringComparison.Ordinal)
        ? type.StartsWith(_text.AsSpan(0, _text.Length - 1), StringComparison.OrdinalIgnoreCase)
        : type.Equals(_text, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => _text;
}
