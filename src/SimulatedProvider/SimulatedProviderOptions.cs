namespace SimulatedProvider;

/// <summary>The options of a simulated provider.</summary>
public sealed record SimulatedProviderOptions
{
    /// <summary>An http URL with an IP address or <c>localhost</c>. Port 0 picks a free port; see <see cref="SimulatedProviderHost.Address"/>.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>True to speak only HTTP/2 without TLS (prior knowledge), false to speak only HTTP/1.1.</summary>
    public bool Http2 { get; init; }

    /// <summary>How long the provider waits in every request, after it was read and before any fault and the execution.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The clock for all delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Determines the ids: the n-th session of a seed always has the same id and token, whatever runs concurrently.</summary>
    public ulong Seed { get; init; }

    /// <summary>False to count only totals, for load tests; the members that report single operations then throw.</summary>
    public bool CountPerOperation { get; init; } = true;

    /// <summary>How many of the latest sessions are kept, at least 1. Older ones are 404.</summary>
    public int SessionsKept { get; init; } = 16_384;
}
