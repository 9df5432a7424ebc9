using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Intake;

/// <summary>Finds the values in a request that the configuration names. A value that occurs twice counts as absent, because it would be a guess which one is meant.</summary>
public static class SourceReader
{
    /// <param name="body">The whole body, or empty if it has not been read.</param>
    /// <returns>Null when the value is absent or empty.</returns>
    public static string? Find(ValueSource source, HttpRequest request, CallerPolicy caller, ReadOnlySpan<byte> body) => source switch
    {
        ValueSource.Header(var name) => Header(request, name),
        ValueSource.Json(var pointer) => pointer.FindText(body),
        ValueSource.Form(var field) => FormField.FindText(body, field),
        // Can be relied on, because intake refuses a request whose caller header did not come from a trusted peer.
        ValueSource.Caller => caller is { Scope: CallerScopeKind.Header, Headers: [var name] } ? Header(request, name) : null,
        _ => throw new InvalidOperationException($"no way to find {source}"),
    };

    /// <summary>Finds the first key source of which all parts are present, as pairs of source and value; null when there is none.</summary>
    public static KeyValuePair<string, string>[]? FindKey(IReadOnlyList<KeySource> sources, HttpRequest request, CallerPolicy caller, ReadOnlySpan<byte> body)
    {
        foreach (var source in sources)
        {
            var values = new KeyValuePair<string, string>[source.Parts.Count];
            var found = 0;
            while (found < values.Length && Find(source.Parts[found], request, caller, body) is { } value)
                values[found] = new(source.Parts[found++].ToString(), value);
            if (found == values.Length)
                return values;
        }
        return null;
    }

    /// <summary>All headers of these names, as pairs of name and value.</summary>
    internal static List<KeyValuePair<string, string>> Headers(IHeaderDictionary headers, IReadOnlyList<string> names)
    {
        var present = new List<KeyValuePair<string, string>>(names.Count);
        foreach (var name in names)
        {
            foreach (var value in headers[name])
                present.Add(new(name, value ?? ""));
        }
        return present;
    }

    private static string? Header(HttpRequest request, string name)
    {
        var values = request.Headers[name];
        return values is [{ } only] && only.Trim() is { Length: > 0 } text ? text : null;
    }
}
