namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>In which form a body takes part in the fingerprint.</summary>
public enum BodyForm
{
    /// <summary>By content type; raw when it does not parse.</summary>
    Auto,

    /// <summary>The bytes as they are.</summary>
    Raw,

    /// <summary>Members sorted, insignificant space dropped, numbers as written.</summary>
    Json,

    /// <summary>Pairs in order, decoded.</summary>
    Form,

    /// <summary>Per part name, file name, content type and content; the boundary takes no part.</summary>
    Multipart,
}
