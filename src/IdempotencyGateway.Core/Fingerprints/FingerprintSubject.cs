namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>The input of a fingerprint: the request as the client sent it, before anything was added or rewritten.</summary>
public readonly ref struct FingerprintSubject
{
    public required ReadOnlySpan<char> Method { get; init; }

    /// <summary>Escaped, as sent.</summary>
    public required ReadOnlySpan<char> Path { get; init; }

    /// <summary>As sent, including the question mark; or empty.</summary>
    public ReadOnlySpan<char> Query { get; init; }

    /// <summary>Those headers chosen by the policy that the request has; names in lower case, in the policy's order.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>The Content-Type header's value; null when there is none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The whole body; empty is a valid body, whatever the content type says.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>The form the policy asks for.</summary>
    public BodyForm Form { get; init; }

    /// <summary>The parts of the body to leave out; null for none.</summary>
    public ExceptedParts? Except { get; init; }
}
