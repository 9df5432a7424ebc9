namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>In which form a body takes part in the fingerprint. The numbers are hashed into stored fingerprints: never reuse one.</summary>
public enum BodyForm
{
    /// <summary>By content type; raw when it does not parse. A choice only: no body is ever hashed as this.</summary>
    Auto = 0,

    /// <summary>The bytes as they are.</summary>
    Raw = 1,

    /// <summary>Members sorted, insignificant space dropped, numbers as written.</summary>
    Json = 2,

    /// <summary>Pairs in order, decoded.</summary>
    Form = 3,

    /// <summary>Per part its headers and its content; the boundary takes no part.</summary>
    Multipart = 4,
}
