namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>What a fingerprint is taken over: the request as the client sent it, before anything was added or rewritten.</summary>
public readonly ref struct FingerprintSubject
{
    public required ReadOnlySpan<char> Method { get; init; }

    /// <summary>Escaped, as sent.</summary>
    public required ReadOnlySpan<char> Path { get; init; }

    /// <summary>As sent, with its question mark; or empty.</summary>
    public ReadOnlySpan<char> Query { get; init; }

    /// <summary>The headers the policy chose and the request has, names in lower case, in the policy's order.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The Content-Type header's value; null when there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The whole body; empty is a valid body, whatever the content type says.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>The form the policy asks for.</summary>
    public BodyForm Form { get; init; }

    /// <summary>What of the body takes no part; null for nothing.</summary>
    public ExceptedParts? Except { get; init; }
}
