using System.Globalization;

namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>
/// The hops that X-Forwarded-For or Forwarded (RFC 7239) name, from the right, and only as far as they are asked for: what a client wrote, at the left end, can
/// then not disturb how the proxies' own words are read, whatever quotes it leaves open. Allocates nothing.
/// </summary>
internal ref struct ForwardedChain(ReadOnlySpan<string?> lines, bool isRfc7239)
{
    private const int MaxPortDigits = 5;

    private ReadOnlySpan<string?> _lines = lines;
    private ReadOnlySpan<char> _line;

    /// <summary>No line says anything.</summary>
    public readonly bool IsEmpty
    {
        get
        {
            var chain = this;
            return !chain.Read(out _);
        }
    }

    /// <summary>The next hop to the left. Empty elements do not count (RFC 9110 §5.6.1).</summary>
    /// <param name="address">Null when the hop hides its address, or it cannot be read.</param>
    /// <returns>False when there is none.</returns>
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

    /// <summary>Pairs joined by ";", of which exactly one is <c>for</c>.</summary>
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

    /// <summary>No address needs an escape, so a value with one is none.</summary>
    private static bool TryValue(ReadOnlySpan<char> value, out NetworkAddress address)
    {
        address = default;
        if (value is ['"', .. var inner, '"'])
            return !inner.ContainsAny("\"\\") && TryNode(inner, out address);
        // An IPv6 address has to be quoted; what proxies write without is clear enough.
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

    /// <summary>Nothing, or a colon with a port's number, or with the name of one that is hidden (RFC 7239 §6.2).</summary>
    private static bool IsPort(ReadOnlySpan<char> text) => text switch
    {
        [] => true,
        [':', '_', .. var hidden] => !hidden.IsEmpty,
        [':', .. var digits] => digits.Length <= MaxPortDigits && ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        _ => false,
    };

    /// <summary>From the right; where the first quote met is one that closes.</summary>
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
