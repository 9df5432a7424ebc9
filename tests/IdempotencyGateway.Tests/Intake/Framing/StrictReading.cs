using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>How a stream of requests ends.</summary>
public enum StreamEnd
{
    /// <summary>After a whole request; the next one may follow, unless the last one closes the connection.</summary>
    Clean,

    /// <summary>Inside a request that is well-formed so far.</summary>
    Incomplete,

    /// <summary>At a malformed request, after which the meaning of the next bytes is undefined.</summary>
    Malformed,
}

/// <param name="Key">The first Idempotency-Key as sent; null if there is none.</param>
/// <param name="Body">The body without its framing.</param>
public sealed record StrictRequest(string Method, string? Key, string Body);

/// <summary>
/// A reference parser for HTTP/1.1 framing, independent of the gateway and nginx. It follows RFC 9112 literally, and where the RFC leaves a choice it takes the
/// strictest reading. It is slow and short, and parses nothing but framing.
/// </summary>
/// <param name="Whole">The complete requests in order, up to and including the first one that closes the connection.</param>
public sealed partial record StrictReading(IReadOnlyList<StrictRequest> Whole, StreamEnd End)
{
    /// <param name="stream">Latin-1.</param>
    public static StrictReading Of(string stream)
    {
        var whole = new List<StrictRequest>();
        for (var at = 0; ;)
        {
            // Skip empty lines before a request, whether they end in CR, LF or both.
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

    /// <returns>Without a request: malformed if <c>Next</c> is negative, else incomplete.</returns>
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

    /// <returns>The body; null if there is none, with a negative <paramref name="at"/> for malformed chunks and 0 for incomplete ones.</returns>
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

    /// <returns>The fields; null if malformed. They are judged only when all have arrived, because a server may wait until then.</returns>
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

    /// <summary>Reads up to the next CR LF; null if there is none. A lone CR or LF stays in the line, where every pattern rejects it.</summary>
    private static string? ReadLine(string stream, ref int at)
    {
        var end = stream.IndexOf("\r\n", at, StringComparison.Ordinal);
        if (end < 0)
            return null;
        var line = stream[at..end];
        at = end + 2;
        return line;
    }

    // RFC 9112 §3 allows a reader to accept several spaces between the words. Kestrel and nginx do, and it moves no message boundary.
    [GeneratedRegex(@"\A(?<method>[!#$%&'*+.^_`|~0-9A-Za-z-]+) +(?<target>[\x21-\x7e]+) +HTTP/1\.(?<minor>[01])\z", RegexOptions.CultureInvariant)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"\A(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+):(?<value>[^\0\r\n]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldLine();

    // Lenient about invalid characters in trailer names: they move no boundary, and request trailers are not forwarded.
    [GeneratedRegex(@"\A(?<name>[^\0\r\n\t :]+):(?<value>[^\0\r\n]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrailerLine();

    [GeneratedRegex(@"\A[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    // Chunk extensions are dropped, and end only at the end of their line.
    [GeneratedRegex(@"\A0*(?<size>[0-9A-Fa-f]{1,15})(?:[ \t]*;[^\r\n]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChunkSize();

    private sealed record FieldList(List<(string Name, string Value)> Fields, bool Incomplete)
    {
        public IReadOnlyList<string> Of(string name) =>
            [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
    }
}
