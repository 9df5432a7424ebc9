using FsCheck;
using FsCheck.Fluent;

namespace IdempotencyGateway.Core.Tests;

/// <summary>Generators of difficult texts: delimiters of all grammars in use, control characters, all of Unicode, lone surrogates.</summary>
internal static class Texts
{
    private static readonly Gen<char> Troublesome = Gen.OneOf(
        Gen.Elements("\"\\,;:=&%+-/ \t\r\n\0'{}[]".ToCharArray()),
        Gen.Choose('!', '~').Select(c => (char)c),
        Gen.Elements("ABab01".ToCharArray()),
        Gen.Choose(char.MinValue, char.MaxValue).Select(c => (char)c),
        Gen.Elements('\uD83D', '\uDE00', '\uFFFD', '\u00E9', '\u007F', '\uFEFF'));

    public static Gen<string> Any { get; } = Troublesome.ArrayOf().Select(characters => new string(characters));

    /// <summary>Valid keys of 1 to 255 characters, mostly short ones.</summary>
    public static Gen<string> Key { get; } =
        Gen.Frequency((9, Gen.Choose(1, 40)), (1, Gen.Choose(1, 255)))
            .SelectMany(length => Gen.OneOf(Gen.Choose(' ', '~').Select(c => (char)c), Gen.Elements('"', '\\')).ArrayOf(length))
            .Select(characters => new string(characters));
}
