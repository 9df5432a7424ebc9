using FsCheck;
using FsCheck.Fluent;

namespace IdempotencyGateway.Core.Tests;

/// <summary>Texts that look for trouble: delimiters of every grammar here, controls, the rest of Unicode, surrogates that stand alone.</summary>
internal static class Texts
{
    private static readonly Gen<char> Troublesome = Gen.OneOf(
        Gen.Elements("\"\\,;:=&%+-/ \t\r\n\0'{}[]".ToCharArray()),
        Gen.Choose('!', '~').Select(c => (char)c),
        Gen.Elements("ABab01".ToCharArray()),
        Gen.Choose(char.MinValue, char.MaxValue).Select(c => (char)c),
        Gen.Elements('\uD83D', '\uDE00', '\uFFFD', '\u00E9', '\u007F', '\uFEFF'));

    public static Gen<string> Any { get; } = Troublesome.ArrayOf().Select(characters => new string(characters));

    /// <summary>What a key may hold: 1 to 255 characters, mostly few.</summary>
    public static Gen<string> Key { get; } =
        Gen.Frequency((9, Gen.Choose(1, 40)), (1, Gen.Choose(1, 255)))
            .SelectMany(length => Gen.OneOf(Gen.Choose(' ', '~').Select(c => (char)c), Gen.Elements('"', '\\')).ArrayOf(length))
            .Select(characters => new string(characters));
}
