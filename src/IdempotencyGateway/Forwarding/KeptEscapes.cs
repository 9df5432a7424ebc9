using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// Restores the escapes that Kestrel keeps when it decodes a path: an encoded slash, and bytes that are not UTF-8. In the decoded path, "%2F" looks the same whether the client sent "%2F" or
/// "%252F". YARP encodes the decoded path again and would send "%252F" for both, which can name another resource than the client meant. So the kept escapes are forwarded as they were sent,
/// and a path that mixes both kinds is refused.
/// </summary>
internal static partial class KeptEscapes
{
    /// <summary>The escape of the percent sign itself.</summary>
    private const string Percent = "%25";

    /// <param name="target">The request target as it was sent, in any form.</param>
    /// <returns>What is wrong; null when all percent signs of the decoded path come from the same kind of escape.</returns>
    public static string? FindDefect(string target)
    {
        var path = PathOf(target);
        if (!path.Contains('%'))
            return null;
        if (!IsWellFormed(path))
            return "The path has a percent sign that does not begin an escape; write %25 for the sign itself.";
        // Replaced by a character, not removed, so that its neighbours cannot join into an escape.
        var others = path.ToString().Replace(Percent, "_", StringComparison.Ordinal);
        if (!PathString.FromUriComponent("/" + others).Value!.Contains('%'))
            return null;
        if (others.Length < path.Length)
            return "The path has both an encoded percent sign and an encoded slash or bytes that are not UTF-8; send only one of the two kinds.";
        return target[0] == '/' ? null : "The path has an encoded slash, or bytes that are not UTF-8; send the target without scheme and host.";
    }

    /// <summary>The request's path as fingerprints and storage keys use it: equal only for requests that are forwarded with the same path.</summary>
    public static string NameOf(HttpRequest request)
    {
        var path = request.PathBase.Add(request.Path);
        // Without a percent sign, as in most paths, the raw target makes no difference.
        return NameOf(path, HasPercent(path) ? TargetOf(request.HttpContext) : "");
    }

    /// <param name="path">The path as Kestrel decodes it, with the kept escapes.</param>
    /// <param name="target">The raw target from which it was decoded.</param>
    public static string NameOf(PathString path, string target)
    {
        var name = path.Value ?? "/";
        return IsEncoded(target) ? name.Replace("%", Percent, StringComparison.Ordinal) : name;
    }

    /// <summary>Fully decodes a part of the path, encoded slashes included, so that a name in a path equals the same name in a body.</summary>
    public static string Decoded(HttpRequest request, string part) =>
        part.Contains('%', StringComparison.Ordinal) && !IsEncoded(TargetOf(request.HttpContext)) ? Uri.UnescapeDataString(part) : part;

    /// <summary>Sets the outgoing URI so that the kept escapes reach the provider as the client wrote them.</summary>
    public static void PutBack(RequestTransformContext context)
    {
        if (!HasPercent(context.Path) || context.ProxyRequest.RequestUri is not null || IsEncoded(TargetOf(context.HttpContext)))
            return;
        var prefix = context.DestinationPrefix;
        var path = RequestUtilities.MakeDestinationAddress(prefix, context.Path, default).OriginalString[prefix.Length..];
        var sent = context.HttpContext.Request.Path.Value!;
        var kept = EncodedEscape().Replace(path, encoded => AsSent(encoded.Value, sent));
        context.ProxyRequest.RequestUri = new(prefix + kept + context.Query.QueryString.ToUriComponent());
    }

    /// <summary>Only an escape that the client's path has is put back: a percent sign that a path transform added remains a percent sign.</summary>
    private static string AsSent(string encoded, string sent)
    {
        var escape = "%" + encoded[Percent.Length..];
        return sent.Contains(escape, StringComparison.Ordinal) ? escape : encoded;
    }

    [GeneratedRegex("%25[0-9A-Fa-f]{2}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EncodedEscape();

    private static bool HasPercent(PathString path) => path.Value?.Contains('%') == true;

    private static string TargetOf(HttpContext context) => context.Features.Get<IHttpRequestFeature>()!.RawTarget;

    /// <summary>Whether the percent signs of the decoded path were sent as %25. Otherwise they begin kept escapes; <see cref="FindDefect"/> refuses paths that have both.</summary>
    private static bool IsEncoded(string target) => PathOf(target).Contains(Percent, StringComparison.Ordinal);

    private static ReadOnlySpan<char> PathOf(string target) => target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target.AsSpan(0, query) : target;

    /// <summary>Also false for an encoded NUL, which would end the path in C programs. Kestrel refuses it, but not in every form of a target.</summary>
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
