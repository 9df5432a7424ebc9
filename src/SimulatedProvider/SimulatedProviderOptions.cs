namespace SimulatedProvider;

/// <summary>How a simulated provider is started.</summary>
public sealed record SimulatedProviderOptions
{
    /// <summary>One http URL with an IP address or <c>localhost</c>; port 0 takes a free one, see <see cref="SimulatedProviderHost.Address"/>.</summary>
    public string Url { get; init; } = "http://127.0.0.1:0";

    /// <summary>HTTP/2 without TLS by prior knowledge, and then nothing else; otherwise HTTP/1.1.</summary>
    public bool Http2 { get; init; }

    /// <summary>How long every answer takes, before any fault: the provider has the whole request and has not executed it yet.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Runs every delay of the simulator.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The n-th session of one seed always has the same id and token, whatever ran beside it.</summary>
    public ulong Seed { get; init; }

    /// <summary>Off: totals only, and the questions about one operation throw. For load tests.</summary>
    public bool CountPerOperation { get; init; } = true;

    /// <summary>How many of the latest sessions can still be asked for, changed or deleted; older ones are 404. 1 or more.</summary>
    public int SessionsKept { get; init; } = 16_384;
}
