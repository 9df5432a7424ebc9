using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Routing.Template;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Finds unguarded requests that the provider could take for requests of a guarded route, by the way their path is written or by a header that overrides the method. A lenient server may
/// decode a path twice, merge slashes, take backslashes for slashes, drop parameters after a semicolon, drop dots and spaces at the end of a segment, or take full-width and overlong-encoded
/// characters for ASCII. If any combination of these turns the path into one of a guarded route, the request is refused.
/// </summary>
/// <remarks>It knows only these leniencies. It goes by path and method alone, so a route that is guarded for one host counts here as guarded for all hosts.</remarks>
internal static class GuardEvasion
{
    private const int MostEncodings = 3;
    private const char Fullwidth = '\uFF01';
    private const char LastFullwidth = '\uFF5E';
    private static readonly char[] FullwidthCharacters = [.. Enumerable.Range(Fullwidth, LastFullwidth - Fullwidth + 1).Select(code => (char)code)];
    private static readonly char[] TrimmedAtEnd = [.. ".", .. Enumerable.Range(0, ' ' + 1).Select(code => (char)code)];
    private static readonly char[] Ends = ['?', '#', '\0'];
    private static readonly SearchValues<char> Suspicious = SearchValues.Create([.. "%;\\", .. Ends, .. TrimmedAtEnd, .. FullwidthCharacters]);
    // ASCII encoded in two to four bytes. A correct UTF-8 decoder refuses that; some accept it.
    private static readonly Regex Overlong = new("%(C|E0%8|F0%80%8)[01]%[89AB][0-9A-F]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private static readonly string[] MethodHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    private static readonly ConditionalWeakTable<GatewaySnapshot, Candidate[]> Candidates = [];

    /// <summary>What a lenient server may do to a path, beyond decoding it and resolving its dot segments.</summary>
    [Flags]
    private enum Leniencies
    {
        None = 0,
        SlashesMerged = 1,
        Backslashes = 2,
        ParametersDropped = 4,
        EndsDropped = 8,
        CharactersFolded = 16,
        All = 31,
    }

    /// <param name="request">One that is not guarded.</param>
    /// <returns>Null when no other reading of its path or method belongs to a guarded route.</returns>
    public static ProblemReply? Find(GatewaySnapshot snapshot, HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var isSuspicious = path.AsSpan().ContainsAny(Suspicious) || path.Contains("//", StringComparison.Ordinal);
        var otherMethods = MethodsIn(request.Headers);
        if (!isSuspicious && otherMethods is null)
            return null;
        HashSet<string> readings = isSuspicious ? Readings(path) : [];
        if (readings.Any(reading => IsGuarded(request.Method, reading)))
            return Refuse("A server could read this path as that of a guarded route; send it in its plain form.");
        readings.Add(path.TrimEnd('/'));
        return otherMethods?.Exists(method => readings.Any(reading => IsGuarded(method, reading))) == true
            ? Refuse("A header overrides the method with one that is guarded on this path; send the request with that method itself.")
            : null;

        bool IsGuarded(string method, string reading) =>
            Candidates.GetValue(snapshot, CandidatesOf).FirstOrDefault(candidate => candidate.Takes(method, reading))?.Guarded?.Contains(method) == true;
    }

    private static ProblemReply Refuse(string detail) => new(GatewayProblem.Malformed, detail) { CloseConnection = true };

    /// <returns>The methods named in override headers; null where there are none, as in nearly all requests.</returns>
    private static List<string>? MethodsIn(IHeaderDictionary headers)
    {
        List<string>? methods = null;
        foreach (var (name, values) in headers)
        {
            if (!OverridesMethod(name))
                continue;
            foreach (var value in values)
                (methods ??= []).AddRange((value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        return methods;
    }

    // A loop, because a lambda would be allocated for each header of each unguarded request.
    private static bool OverridesMethod(string name)
    {
        foreach (var header in MethodHeaders)
        {
            if (LooseHeaderName.Is(name, header))
                return true;
        }
        return false;
    }

    /// <summary>All readings that differ from the gateway's own.</summary>
    private static HashSet<string> Readings(string path)
    {
        var readings = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var text = path;
        for (var i = 0; i <= MostEncodings; i++)
        {
            var possible = LenienciesFor(text);
            for (var taken = Leniencies.None; taken <= Leniencies.All; taken++)
            {
                if ((taken & ~possible) == Leniencies.None)
                    readings.Add(Read(text, taken));
            }
            var decoded = Uri.UnescapeDataString(text);
            if (decoded == text)
                break;
            text = decoded;
        }
        readings.Remove(path.TrimEnd('/'));
        return readings;
    }

    /// <summary>The leniencies that can make a difference to this text.</summary>
    private static Leniencies LenienciesFor(string text) =>
        (text.Contains("//", StringComparison.Ordinal) ? Leniencies.SlashesMerged : Leniencies.None)
        | (text.Contains('\\') ? Leniencies.Backslashes | Leniencies.SlashesMerged : Leniencies.None)
        | (text.Contains(';') ? Leniencies.ParametersDropped : Leniencies.None)
        | (text.IndexOfAny(Ends) >= 0 || text.IndexOfAny(TrimmedAtEnd) >= 0 ? Leniencies.EndsDropped : Leniencies.None)
        | (text.IndexOfAny(FullwidthCharacters) >= 0 || Overlong.IsMatch(text) ? Leniencies.All : Leniencies.None);

    private static string Read(string text, Leniencies taken)
    {
        if (taken.HasFlag(Leniencies.CharactersFolded))
            text = FoldCharacters(text);
        if (taken.HasFlag(Leniencies.EndsDropped))
            text = text.Split(Ends, 2)[0];
        if (taken.HasFlag(Leniencies.Backslashes))
            text = text.Replace('\\', '/');
        var names = new List<string>();
        // Skips the empty text before the first slash.
        foreach (var part in text.Split('/').Skip(1))
        {
            var name = taken.HasFlag(Leniencies.ParametersDropped) ? part.Split(';', 2)[0] : part;
            var isUp = (taken.HasFlag(Leniencies.EndsDropped) ? name.Trim() : name) == "..";
            if (taken.HasFlag(Leniencies.EndsDropped))
                name = name.TrimEnd(TrimmedAtEnd);
            if (isUp && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (!isUp && name != "." && (name.Length > 0 || !taken.HasFlag(Leniencies.SlashesMerged)))
                names.Add(name);
        }
        return ("/" + string.Join('/', names)).TrimEnd('/');
    }

    private static string FoldCharacters(string text) => Overlong.Replace(
        string.Concat(text.Select(each => each is >= Fullwidth and <= LastFullwidth ? (char)(each - Fullwidth + '!') : each)), DecodeOverlong);

    private static string DecodeOverlong(Match overlong) =>
        ((char)(((overlong.Value[^4] - '0') << 6) | (int.Parse(overlong.ValueSpan[^2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0x3F))).ToString();

    /// <summary>
    /// In the order in which routing prefers them. Whether another reading would meet a route's further conditions (host, headers, query) is not known. So an unguarded route, which could win
    /// over a guarded one, counts only if it has no such conditions.
    /// </summary>
    private static Candidate[] CandidatesOf(GatewaySnapshot snapshot) =>
    [
        .. from route in snapshot.Routes
           where route.Match.Path is not null
           let template = TemplateParser.Parse(route.Match.Path!)
           let guarded = snapshot.GuardedRoutes.GetValueOrDefault(route.RouteId)?.Policy.Methods
           where guarded is not null || MatchesByPathOnly(route.Match, template)
           orderby route.Order ?? 0, RoutePrecedence.ComputeInbound(template)
           select new Candidate(new(template, []), route.Match.Methods, guarded),
    ];

    private static bool MatchesByPathOnly(RouteMatch match, RouteTemplate template) =>
        match is { Hosts: null or [], Headers: null or [], QueryParameters: null or [] } && template.Parameters.All(parameter => !parameter.InlineConstraints.Any());

    /// <param name="Guarded">The methods that are guarded there; null for none.</param>
    private sealed record Candidate(TemplateMatcher Template, IReadOnlyList<string>? Methods, IReadOnlySet<string>? Guarded)
    {
        public bool Takes(string method, string path) =>
            (Methods is null || Methods.Contains(method, StringComparer.OrdinalIgnoreCase)) && Template.TryMatch(path, []);
    }
}
