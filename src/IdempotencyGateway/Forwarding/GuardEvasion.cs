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
/// Finds requests that would go around a guard by the way their path is written, or by a header that names another method. What is one path here is another to servers that decode twice, merge slashes, take backslashes for them, drop
/// parameters behind a semicolon and the dots and spaces at a name's end, or take full-width and overlong characters for plain ones. Where any such reading, or several at once, belongs to a
/// guarded route, nobody gets it past by another one. And many servers take the method from a header where there is one.
/// </summary>
/// <remarks>It knows these readings and no others, and goes by path and method alone: a route guarded for one host is guarded here for all.</remarks>
internal static class GuardEvasion
{
    private const int MostEncodings = 3;
    private const char Fullwidth = '\uFF01';
    private const char LastFullwidth = '\uFF5E';
    private static readonly char[] FullwidthCharacters = [.. Enumerable.Range(Fullwidth, LastFullwidth - Fullwidth + 1).Select(code => (char)code)];
    private static readonly char[] Dropped = [.. ".", .. Enumerable.Range(0, ' ' + 1).Select(code => (char)code)];
    private static readonly char[] Ends = ['?', '#', '\0'];
    private static readonly SearchValues<char> Odd = SearchValues.Create([.. "%;\\", .. Ends, .. Dropped, .. FullwidthCharacters]);
    // ASCII in two bytes or more, which a decoder refuses and some take.
    private static readonly Regex Overlong = new("%(C|E0%8|F0%80%8)[01]%[89AB][0-9A-F]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private static readonly string[] MethodHeaders = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    private static readonly ConditionalWeakTable<GatewaySnapshot, Candidate[]> Candidates = [];

    /// <summary>What a server may do to a path beyond decoding it and removing its dots.</summary>
    [Flags]
    private enum Liberties
    {
        None = 0,
        SlashesMerged = 1,
        Backslashes = 2,
        ParametersDropped = 4,
        EndsDropped = 8,
        CharactersFolded = 16,
        All = 31,
    }

    /// <returns>Null for a request whose route is the one that any reading of its path, and of its method, leads to, as far as guards go.</returns>
    public static ProblemReply? Find(GatewaySnapshot snapshot, HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var isOdd = path.AsSpan().ContainsAny(Odd) || path.Contains("//", StringComparison.Ordinal);
        var otherMethods = MethodsIn(request.Headers);
        if (!isOdd && otherMethods is null)
            return null;
        HashSet<string> readings = isOdd ? Readings(path) : [];
        if (readings.Any(reading => IsGuarded(request.Method, reading)))
            return Refuse("The path can be read as one of a guarded route; write it plainly.");
        readings.Add(path.TrimEnd('/'));
        return otherMethods?.Exists(method => readings.Any(reading => IsGuarded(method, reading))) == true
            ? Refuse("A header names another method, which is guarded here; send the request with that method.")
            : null;

        bool IsGuarded(string method, string reading) =>
            Candidates.GetValue(snapshot, CandidatesOf).FirstOrDefault(candidate => candidate.Takes(method, reading))?.Guarded?.Contains(method) == true;
    }

    private static ProblemReply Refuse(string detail) => new(GatewayProblem.Malformed, detail) { CloseConnection = true };

    /// <returns>Null where no header names one, as in nearly all requests.</returns>
    private static List<string>? MethodsIn(IHeaderDictionary headers)
    {
        List<string>? methods = null;
        foreach (var name in MethodHeaders)
        {
            foreach (var value in headers[name])
                (methods ??= []).AddRange((value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }
        return methods;
    }

    /// <summary>All readings that differ from the gateway's own.</summary>
    private static HashSet<string> Readings(string path)
    {
        var readings = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var text = path;
        for (var i = 0; i <= MostEncodings; i++)
        {
            var possible = LibertiesWith(text);
            for (var taken = Liberties.None; taken <= Liberties.All; taken++)
            {
                if ((taken & ~possible) == Liberties.None)
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

    /// <summary>Those that can make a difference.</summary>
    private static Liberties LibertiesWith(string text) =>
        (text.Contains("//", StringComparison.Ordinal) ? Liberties.SlashesMerged : Liberties.None)
        | (text.Contains('\\') ? Liberties.Backslashes | Liberties.SlashesMerged : Liberties.None)
        | (text.Contains(';') ? Liberties.ParametersDropped : Liberties.None)
        | (text.IndexOfAny(Ends) >= 0 || text.IndexOfAny(Dropped) >= 0 ? Liberties.EndsDropped : Liberties.None)
        | (text.IndexOfAny(FullwidthCharacters) >= 0 || Overlong.IsMatch(text) ? Liberties.All : Liberties.None);

    private static string Read(string text, Liberties taken)
    {
        if (taken.HasFlag(Liberties.CharactersFolded))
            text = Folded(text);
        if (taken.HasFlag(Liberties.EndsDropped))
            text = text.Split(Ends, 2)[0];
        if (taken.HasFlag(Liberties.Backslashes))
            text = text.Replace('\\', '/');
        var names = new List<string>();
        // Nothing stands before the first slash.
        foreach (var part in text.Split('/').Skip(1))
        {
            var name = taken.HasFlag(Liberties.ParametersDropped) ? part.Split(';', 2)[0] : part;
            var isUp = (taken.HasFlag(Liberties.EndsDropped) ? name.Trim() : name) == "..";
            if (taken.HasFlag(Liberties.EndsDropped))
                name = name.TrimEnd(Dropped);
            if (isUp && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (!isUp && name != "." && (name.Length > 0 || !taken.HasFlag(Liberties.SlashesMerged)))
                names.Add(name);
        }
        return ("/" + string.Join('/', names)).TrimEnd('/');
    }

    private static string Folded(string text) => Overlong.Replace(
        string.Concat(text.Select(each => each is >= Fullwidth and <= LastFullwidth ? (char)(each - Fullwidth + '!') : each)), Shortest);

    private static string Shortest(Match overlong) =>
        ((char)(((overlong.Value[^4] - '0') << 6) | (int.Parse(overlong.ValueSpan[^2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 0x3F))).ToString();

    /// <summary>In the order in which routing prefers them. What else than its path a route asks for cannot be known of another reading, so that those which guard nothing count only if they ask for nothing.</summary>
    private static Candidate[] CandidatesOf(GatewaySnapshot snapshot) =>
    [
        .. from route in snapshot.Routes
           where route.Match.Path is not null
           let template = TemplateParser.Parse(route.Match.Path!)
           let guarded = snapshot.GuardedRoutes.GetValueOrDefault(route.RouteId)?.Policy.Methods
           where guarded is not null || AsksForItsPathOnly(route.Match, template)
           orderby route.Order ?? 0, RoutePrecedence.ComputeInbound(template)
           select new Candidate(new(template, []), route.Match.Methods, guarded),
    ];

    private static bool AsksForItsPathOnly(RouteMatch match, RouteTemplate template) =>
        match is { Hosts: null or [], Headers: null or [], QueryParameters: null or [] } && template.Parameters.All(parameter => !parameter.InlineConstraints.Any());

    /// <param name="Guarded">The methods that are guarded there; null for none.</param>
    private sealed record Candidate(TemplateMatcher Template, IReadOnlyList<string>? Methods, IReadOnlySet<string>? Guarded)
    {
        public bool Takes(string method, string path) =>
            (Methods is null || Methods.Contains(method, StringComparer.OrdinalIgnoreCase)) && Template.TryMatch(path, []);
    }
}
