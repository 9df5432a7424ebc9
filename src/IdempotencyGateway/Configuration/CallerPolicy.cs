namespace IdempotencyGateway.Configuration;

/// <summary>Whose request it is.</summary>
public sealed record CallerPolicy
{
    public CallerScopeKind Scope { get; init; } = CallerScopeKind.Credentials;

    /// <summary>
    /// Names in lower case. <see cref="CallerScopeKind.Credentials"/>: the headers that hold credentials, the defaults always among them.
    /// <see cref="CallerScopeKind.Header"/>: the one header that names the caller.
    /// </summary>
    public IReadOnlyList<string> Headers { get; init; } = ["authorization", "x-api-key"];

    /// <summary>With <see cref="CallerScopeKind.Credentials"/>: credentials that travel elsewhere, such as a client secret in the body.</summary>
    public IReadOnlyList<ValueSource> From { get; init; } = [];

    /// <summary>Whose request it is shows only once the body is there.</summary>
    public bool NeedsBody => From.Any(source => source.NeedsBody);
}

public enum CallerScopeKind
{
    /// <summary>Whoever holds the same credential headers.</summary>
    Credentials,

    /// <summary>Named in a header by a trusted peer; from anyone else the request is refused.</summary>
    Header,

    /// <summary>All callers share their keys.</summary>
    None,
}
