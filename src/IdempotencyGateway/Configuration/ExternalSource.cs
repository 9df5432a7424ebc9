using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Configuration;

/// <summary>An external risk service that is called for each request that is scored.</summary>
/// <param name="Url">Called by POST, with JSON.</param>
/// <param name="Timeout">At most the profile's budget.</param>
/// <param name="Score">The place of the score, 0 to 100, in the answer.</param>
public sealed record ExternalSource(string Name, Uri Url, TimeSpan Timeout, JsonPointer Score)
{
    /// <summary>The place of the reasons in the answer; null when they are not passed on.</summary>
    public JsonPattern? Reasons { get; init; }

    /// <summary>How long an answer is cached for the same question; zero calls the service every time.</summary>
    public TimeSpan CacheFor { get; init; }

    /// <summary>A file that holds only a bearer token; null when the service needs none.</summary>
    public string? TokenFile { get; init; }
}
