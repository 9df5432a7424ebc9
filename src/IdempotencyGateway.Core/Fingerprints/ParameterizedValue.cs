using System.Text;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>
/// Writes a header value with parameters in a canonical spelling: <c>head;name="value"</c>, every value quoted, parameters in their order,
/// and everything case-insensitive (the head, the names, a charset) in lower case.
/// </summary>
internal static class ParameterizedValue
{
    /// <param name="without">The name of a parameter to leave out; or empty.</param>
    /// <returns>False, and nothing is written, when the header does not parse.</returns>
    public static bool TryWrite(scoped ReadOnlySpan<byte> header, scoped ReadOnlySpan<byte> without, ref WipedBuffer to)
    {
        var start = to.Length;
        var parameters = new ParameterReader(header);
        AddLower(parameters.Head, ref to);
        while (parameters.Read())
        {
            if (Ascii.EqualsIgnoreCase(parameters.Name, without))
                continue;
            to.Add((byte)';');
            AddLower(parameters.Name, ref to);
            to.Add("=\""u8);
            if (Ascii.EqualsIgnoreCase(parameters.Name, "charset"u8))
                AddLower(parameters.Value, ref to);
            else
                to.Add(parameters.Value);
            to.Add((byte)'"');
        }
        if (parameters.IsBroken)
            to.Truncate(start);
        return !parameters.IsBroken;
    }

    public static void AddLower(scoped ReadOnlySpan<byte> text, ref WipedBuffer to)
    {
        to.Add(text);
        Ascii.ToLowerInPlace(to.Written[^text.Length..], out _);
    }
}
