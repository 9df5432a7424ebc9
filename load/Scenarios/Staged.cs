using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>A scenario whose servers are running.</summary>
/// <param name="Servers">The servers under test, whose processor time is measured.</param>
internal sealed record Staged(Traffic Traffic, IReadOnlyList<ServerProcess> Servers)
{
    public Staged(ServerProcess server, Func<long, Call> call) : this(new([server.Address], call), [server])
    {
    }

    /// <summary>How often the provider must have executed after a given number of calls, which is what the gateway guarantees. Null where no request reaches the provider.</summary>
    public Func<long, long>? Executions { get; init; }

    public TimeSpan ProcessorTime => TimeSpan.FromTicks(Servers.Sum(server => server.ProcessorTime.Ticks));
}
