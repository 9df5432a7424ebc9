using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Escapes that Kestrel keeps while it decodes a path: an encoded slash, and bytes that are not UTF-8. Once decoded, such a "%2F" looks like that of "%252F", and YARP, which encodes
/// what is decoded, would send the latter for both: to another resource than the client named. So they are put back as they were sent, and a path in which the two cannot be told apart is refused.
/// </summary>
internal static partial class KeptEscapes
{
    /// <summary>The percent sign's own escape.</summary>
    private const string Percent = "%25";

    /// <param name="target">As it was sent, in any form.</param>
    /// <returns>Null when every percent sign of the decoded path has one origin.</returns>
    public static string? FindDefect(string target)
    {
        var path = PathOf(target);
        if (!path.Contains('%'))
            return null;
        if (!IsWellFormed(path))
            return "The path has a percent sign that begins no escape; write %25 for the sign itself.";
        // One character for another: nothing around it may come to be read as one escape.
        var others = path.ToString().Replace(Percent, "_", StringComparison.Ordinal);
        if (!PathString.FromUriComponent("/" + others).Value!.Contains('%'))
            return null;
        if (others.Length < path.Length)
            return "The path has an encoded slash, or bytes that are no UTF-8, beside an encoded percent sign; send one kind of them.";
        return target[0] == '/' ? null : "The path has an encoded slash, or bytes that are no UTF-8; send it without scheme and host.";
    }

    /// <summary>What the request's path is called in records: equal only where the same path is sent.</summary>
    public static string NameOf(HttpRequest request)
    {
        var path = request.PathBase.Add(request.Path);
        // Most have no percent sign, and then it does not matter what the path was decoded from.
        return NameOf(path, HasPercent(path) ? TargetOf(request.HttpContext) : "");
    }

    /// <param name="path">Decoded, with what is kept.</param>
    /// <param name="target">What it was decoded from.</param>
    public static string NameOf(PathString path, string target)
    {
        var name = path.Value ?? "/";
        return IsEncoded(target) ? name.Replace("%", Percent, StringComparison.Ordinal) : name;
    }

    /// <summary>A part of the decoded path as the client means it, with the slash that it encoded: so that a name is the same one in a path as it is in a body.</summary>
    public static string Decoded(HttpRequest request, string part) =>
        part.Contains('%', StringComparison.Ordinal) && !IsEncoded(TargetOf(request.HttpContext)) ? Uri.UnescapeDataString(part) : part;

    /// <summary>Has the provider see them as the client wrote them.</summary>
    public static void PutBack(RequestTransformContext context)
    {
        if (!HasPercent(context.Path) || context.ProxyRequest.RequestUri is not null || IsEncoded(TargetOf(context.HttpContext)))
            return;
        var prefix = context.DestinationPrefix;
        var path = RequestUtilities.MakeDestinationAddress(prefix, context.Path, default).OriginalString[prefix.Length..];
        // A percent sign that a transform put there is a percent sign, unless the client's path has the same escape.
        var sent = context.HttpContext.Request.Path.Value!;
        var kept = EncodedEscape().Replace(path, escape => "%" + escape.Value[Percent.Length..] is var it && sent.Contains(it, StringComparison.Ordinal) ? it : escape.Value);
        context.ProxyRequest.RequestUri = new(prefix + kept + context.Query.QueryString.ToUriComponent());
    }

    [GeneratedRegex("%25[0-9A-Fa-f]{2}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedEscape();

    private static bool HasPercent(PathString path) => path.Value?.Contains('%') == true;

    private static string TargetOf(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    /// <summary>Whether percent signs of the decoded path were encoded ones. Else they are kept escapes, as no path has both.</summary>
    private static bool IsEncoded(string target) => PathOf(target).Contains(Percent, StringComparison.Ordinal);

    private static ReadOnlySpan<char> PathOf(string target) => target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target.AsSpan(0, query) : target;

    /// <summary>Nor an encoded NUL, which ends names in C programs and which Kestrel refuses in one form of a target only.</summary>
    private static bool IsWellFormed(ReadOnlySpan<char> path)
    {
        for (var rest = path; rest.IndexOf('%') is >= 0 and var at; rest = rest[(at + 3)..])
        {
            if (at + 2 >= rest.Length || !char.IsAsciiHexDigit(rest[at + 1]) || !char.IsAsciiHexDigit(rest[at + 2]) || rest.Slice(at + 1, 2) is "00")
                return false;
        }
        return true;
    }
}
