using System.Text;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>A line of a text file that says nothing this gateway understands.</summary>
/// <param name="Line">The first is 1.</param>
/// <param name="Text">What stands there, cut to 80 characters; what cannot be shown is "?".</param>
/// <param name="Problem">What is wrong with it, and what to write.</param>
public sealed record LineMistake(int Line, string Text, string Problem)
{
    private const int MaxTextLength = 80;

    internal static LineMistake At(int line, ReadOnlySpan<byte> text, string problem)
    {
        var shown = Encoding.ASCII.GetString(text.Length > MaxTextLength ? text[..MaxTextLength] : text);
        return new(line, string.Create(shown.Length, shown, static (clean, raw) =>
        {
            for (var at = 0; at < raw.Length; at++)
                clean[at] = raw[at] is >= ' ' and <= '~' ? raw[at] : '?';
        }), problem);
    }

    public override string ToString() => $"line {Line}: \"{Text}\": {Problem}";
}
