using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>
/// Parses the hops in X-Forwarded-For or Forwarded (RFC 7239) from right to left, and only as far as the caller asks. So nothing that a client wrote, at the left end, can affect how
/// the proxies' entries are parsed, not even an unclosed quote. Allocates nothing.
/// </summary>
internal ref struct ForwardedChain(ReadOnlySpan<string?> lines, bool isRfc7239)
{
    private const int MaxPortDigits = 5;

    private ReadOnlySpan<string?> _lines = lines;
    private ReadOnlySpan<char> _line;

    /// <summary>There are no hops at all.</summary>
    public readonly bool IsEmpty
    {
        get
        {
            var chain = this;
            return !chain.Read(out _);
        }
    }

    /// <summary>Reads the next hop to the left. Empty elements are skipped (RFC 9110 §5.6.1).</summary>
    /// <param name="address">Null when the hop's address is hidden or unreadable.</param>
    /// <returns>False when there are no more hops.</returns>
    public bool Read(out NetworkAddress? address)
    {
        address = null;
        while (true)
        {
            _line = _line.TrimEnd(" \t,");
            if (!_line.IsEmpty)
                break;
            if (_lines.IsEmpty)
                return false;
            _line = _lines[^1];
            _lines = _lines[..^1];
        }
        var comma = LastOutsideQuotes(_line, ',');
        var element = _line[(comma + 1)..].Trim(" \t");
        _line = comma < 0 ? [] : _line[..comma];
        if (isRfc7239 ? TryForwarded(element, out var node) : TryNode(element, out node))
            address = node;
        return true;
    }

    /// <summary>Parses an element of Forwarded: pairs separated by ";", of which exactly one is <c>for</c>.</summary>
    private readonly bool TryForwarded(ReadOnlySpan<char> element, out NetworkAddress address)
    {
        address = default;
        var found = 0;
        var valid = true;
        while (valid && !element.IsEmpty)
        {
            var semicolon = LastOutsideQuotes(element, ';');
            var pair = element[(semicolon + 1)..].Trim(" \t");
            element = semicolon < 0 ? [] : element[..semicolon];
            var equals = pair.IndexOf('=');
            if (pair.IsEmpty)
                continue;
            if (equals <= 0)
                return false;
            if (pair[..equals].Equals("for", StringComparison.OrdinalIgnoreCase))
            {
                found++;
                valid = TryValue(pair[(equals + 1)..], out address);
            }
        }
        return valid && found == 1;
    }

    /// <summary>A value with an escape is refused, because no address needs one.</summary>
    private static bool TryValue(ReadOnlySpan<char> value, out NetworkAddress address)
    {
        address = default;
        if (value is ['"', .. var inner, '"'])
            return !inner.ContainsAny("\"\\") && TryNode(inner, out address);
        // RFC 7239 requires quotes around IPv6 addresses. Some proxies omit them, which is still unambiguous.
        return !value.Contains('"') && TryNode(value, out address);
    }

    /// <summary><c>192.0.2.1</c>, <c>192.0.2.1:80</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]</c>, <c>[2001:db8::1]:80</c>; not <c>unknown</c>, not <c>_hidden</c>.</summary>
    private static bool TryNode(ReadOnlySpan<char> node, out NetworkAddress address)
    {
        address = default;
        if (node is ['[', .. var bracketed])
        {
            var end = bracketed.IndexOf(']');
            return end >= 0 && IsPort(bracketed[(end + 1)..]) && bracketed[..end].Contains(':') && NetworkAddress.TryParse(bracketed[..end], out address);
        }
        var colon = node.IndexOf(':');
        return colon >= 0 && colon == node.LastIndexOf(':')
            ? IsPort(node[colon..]) && NetworkAddress.TryParse(node[..colon], out address)
            : NetworkAddress.TryParse(node, out address);
    }

    /// <summary>Empty, or a colon followed by a port number or by an obfuscated port (RFC 7239 §6.2).</summary>
    private static bool IsPort(ReadOnlySpan<char> text) => text switch
    {
        [] => true,
        [':', '_', .. var hidden] => !hidden.IsEmpty,
        [':', .. var digits] => digits.Length <= MaxPortDigits && ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    /// <summary>Searches from the right, so the first quote met is a closing one.</summary>
    private readonly int LastOutsideQuotes(ReadOnlySpan<char> text, char separator)
    {
        var quoted = false;
        for (var at = text.Length - 1; at >= 0; at--)
        {
            if (isRfc7239 && text[at] == '"' && !IsEscaped(text, at))
                quoted = !quoted;
            else if (!quoted && text[at] == separator)
                return at;
        }
        return -1;
    }

    private static bool IsEscaped(ReadOnlySpan<char> text, int at)
    {
        var backslashes = 0;
        while (at - backslashes > 0 && text[at - backslashes - 1] == '\\')
            backslashes++;
        return backslashes % 2 == 1;
    }
}
