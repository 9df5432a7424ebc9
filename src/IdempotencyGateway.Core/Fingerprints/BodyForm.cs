namespace IdempotencyGateway.Core.Fingerprints;

/// <summary>The form in which a body is fingerprinted. The numbers are hashed into stored fingerprints: never reuse one.</summary>
public enum BodyForm
{
    /// <summary>Chosen by content type; raw when the body does not parse. Only a setting: no body is hashed in this form.</summary>
    Auto = 0,

    /// <summary>The bytes as they are.</summary>
    Raw = 1,

    /// <summary>Members sorted, insignificant whitespace dropped, numbers as written.</summary>
    Json = 2,

    /// <summary>Pairs in order, decoded.</summary>
    Form = 3,

    /// <summary>The headers and the content of each part, without the boundary.</summary>
    Multipart = 4,
}
