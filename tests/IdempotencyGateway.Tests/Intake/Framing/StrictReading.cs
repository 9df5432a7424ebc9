using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>How a stream of requests ends.</summary>
public enum StreamEnd
{
    /// <summary>After a whole request: the client may send the next one, or the last one asked to close.</summary>
    Clean,

    /// <summary>Inside a request that was well-formed so far.</summary>
    Incomplete,

    /// <summary>Where no strict reader can tell what the next bytes are.</summary>
    Malformed,
}

/// <param name="Key">Its first Idempotency-Key, as sent; null when it has none.</param>
/// <param name="Body">Without its framing.</param>
public sealed record StrictRequest(string Method, string? Key, string Body);

/// <summary>
/// A third opinion on where messages end, beside the gateway and nginx: RFC 9112 by the letter, and where the letter leaves a choice, the one reading that
/// cannot be misunderstood. Slow, short, and knows nothing but framing.
/// </summary>
/// <param name="Whole">The requests that came to their end, in order, up to and including the first that closes the connection.</param>
public sealed partial record StrictReading(IReadOnlyList<StrictRequest> Whole, StreamEnd End)
{
    /// <param name="stream">Latin-1.</param>
    public static StrictReading Of(string stream)
    {
        var whole = new List<StrictRequest>();
        for (var at = 0; ;)
        {
            // Empty lines before a request mean nothing, whatever they are made of.
            while (at < stream.Length && stream[at] is '\r' or '\n')
                at++;
            if (at == stream.Length)
                return new(whole, StreamEnd.Clean);
            var (request, next, closes) = ReadRequest(stream, at);
            if (request is null)
                return new(whole, next < 0 ? StreamEnd.Malformed : StreamEnd.Incomplete);
            whole.Add(request);
            if (closes)
                return new(whole, StreamEnd.Clean);
            at = next;
        }
    }

    /// <returns>No request: malformed when <c>Next</c> is negative, else incomplete.</returns>
    private static (StrictRequest? Request, int Next, bool Closes) ReadRequest(string stream, int at)
    {
        if (ReadLine(stream, ref at) is not { } first)
            return (null, 0, false);
        if (ReadFields(stream, ref at, FieldLine()) is not { } fields)
            return (null, -1, false);
        if (fields.Incomplete)
            return (null, 0, false);
        if (RequestLine().Match(first) is not { Success: true } line)
            return (null, -1, false);

        var old = line.Groups["minor"].Value == "0";
        var lengths = fields.Of("Content-Length");
        var codings = fields.Of("Transfer-Encoding");
        string? body = "";
        if (codings.Count > 0)
        {
            if (old || lengths.Count > 0 || codings is not [var only] || !only.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                return (null, -1, false);
            body = ReadChunks(stream, ref at);
        }
        else if (lengths.Count > 0)
        {
            if (lengths is not [var digits] || !Digits().IsMatch(digits))
                return (null, -1, false);
            var length = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
            if (length > stream.Length - at)
                return (null, 0, false);
            body = stream.Substring(at, (int)length);
            at += (int)length;
        }
        if (body is null)
            return (null, at, false);
        var connection = fields.Of("Connection").SelectMany(field => field.Split(',')).Select(option => option.Trim(' ', '\t')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var closes = connection.Contains("close") || (old && !connection.Contains("keep-alive"));
        var key = fields.Of("Idempotency-Key") is [var sent, ..] ? sent : null;
        return (new(line.Groups["method"].Value, key, body), at, closes);
    }

    /// <returns>Null, with <paramref name="at"/> negative when it is malformed, else 0.</returns>
    private static string? ReadChunks(string stream, ref int at)
    {
        var body = "";
        while (true)
        {
            if (ReadLine(stream, ref at) is not { } sizeLine)
                return Nothing(ref at, malformed: false);
            if (ChunkSize().Match(sizeLine) is not { Success: true } match)
                return Nothing(ref at, malformed: true);
            var size = long.Parse(match.Groups["size"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                if (ReadFields(stream, ref at, TrailerLine()) is not { } trailers)
                    return Nothing(ref at, malformed: true);
                return trailers.Incomplete ? Nothing(ref at, malformed: false) : body;
            }
            if (size < 0 || size > stream.Length - at)
                return Nothing(ref at, malformed: size < 0);
            body += stream.Substring(at, (int)size);
            at += (int)size;
            var end = stream.AsSpan(at, Math.Min(2, stream.Length - at));
            if (!"\r\n".AsSpan().StartsWith(end))
                return Nothing(ref at, malformed: true);
            if (end.Length < 2)
                return Nothing(ref at, malformed: false);
            at += 2;
        }
    }

    private static string? Nothing(ref int at, bool malformed)
    {
        at = malformed ? -1 : 0;
        return null;
    }

    /// <returns>Null when malformed, which is judged only once they have come to their end: a server may wait for that.</returns>
    private static FieldList? ReadFields(string stream, ref int at, Regex form)
    {
        var fields = new List<(string, string)>();
        var malformed = false;
        while (true)
        {
            if (ReadLine(stream, ref at) is not { } line)
                return new(fields, Incomplete: true);
            if (line.Length == 0)
                return malformed ? null : new(fields, Incomplete: false);
            var field = form.Match(line);
            malformed |= !field.Success;
            fields.Add((field.Groups["name"].Value, field.Groups["value"].Value.Trim(' ', '\t')));
        }
    }

    /// <summary>Up to the next CR LF; null when there is none. A CR or LF alone stays in the line, where nothing allows it.</summary>
    private static string? ReadLine(string stream, ref int at)
    {
        var end = stream.IndexOf("\r\n", at, StringComparison.Ordinal);
        if (end < 0)
            return null;
        var line = stream[at..end];
        at = end + 2;
        return line;
    }

    // More than one space between the words is allowed to read (RFC 9112 §3), the server below does, and it moves no boundary: nginx reads the same.
    [GeneratedRegex(@"\A(?<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) +(?<target>[\x21-\x7e]+) +HTTP/1\.(?<minor>[01])\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\A(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?<value>[^\0\r\n]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldLine();

    // What no name may have moves no boundary here, and no trailer of a request goes anywhere.
    [GeneratedRegex(@"\A(?<name>[^\0\r\n\t :]+):(?<value>[^\0\r\n]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrailerLine();

    [GeneratedRegex(@"\A[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    // Nobody passes an extension on, and only the end of its line ends it.
    [GeneratedRegex(@"\A0*(?<size>[0-9A-Fa-f]{1,15})(?:[ \t]*;[^\r\n]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChunkSize();

    private sealed record FieldList(List<(string Name, string Value)> Fields, bool Incomplete)
    {
        public IReadOnlyList<string> Of(string name) =>
            [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
    }
}
