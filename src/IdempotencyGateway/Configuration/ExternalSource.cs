using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Configuration;

/// <summary>A service that is asked about each request that is scored.</summary>
/// <param name="Url">Asked by POST, with JSON.</param>
/// <param name="Timeout">At most the profile's budget.</param>
/// <param name="Score">Where the answer has its score, 0 to 100.</param>
public sealed record ExternalSource(string Name, Uri Url, TimeSpan Timeout, JsonPointer Score)
{
    /// <summary>Where the answer has its reasons; null when they are not passed on.</summary>
    public JsonPattern? Reasons { get; init; }

    /// <summary>How long an answer stands for the same question; zero asks every time.</summary>
    public TimeSpan CacheFor { get; init; }

    /// <summary>Holds a bearer token and nothing else; null when the service asks for none.</summary>
    public string? TokenFile { get; init; }
}
