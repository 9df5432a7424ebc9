using System.Diagnostics;
using System.Net.Sockets;
using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Client;

/// <summary>Sends a scenario's traffic over several connections, phase after phase, in one of two models: <see cref="ClosedLoop"/> or <see cref="OpenLoop"/>.</summary>
internal abstract class LoadLoop : IDisposable
{
    private readonly Traffic _traffic;

    protected LoadLoop(Traffic traffic, int connections)
    {
        _traffic = traffic;
        Connections = [.. Enumerable.Range(0, connections).Select(i => new Connection(traffic.Targets[i % traffic.Targets.Count]))];
    }

    /// <summary>The load in words, for reports.</summary>
    public abstract string Describes { get; }

    protected IReadOnlyList<Connection> Connections { get; }

    public static LoadLoop Create(Traffic traffic, LoadShape shape) =>
        shape.PerSecond is { } rate ? new OpenLoop(traffic, shape.Connections, rate) : new ClosedLoop(traffic, shape.Connections);

    /// <summary>Runs one phase, and completes when its last answer has arrived.</summary>
    /// <param name="ramp">The part of the duration, from its beginning, in which the load rises to its full height.</param>
    /// <exception cref="InvalidOperationException">A server does not accept connections.</exception>
    public async Task RunAsync(Measurement into, TimeSpan duration, TimeSpan ramp)
    {
        try
        {
            foreach (var connection in Connections)
                await connection.ConnectAsync();
        }
        catch (SocketException refused)
        {
            throw new InvalidOperationException($"{string.Join(", ", _traffic.Targets)}: {refused.Message}", refused);
        }
        await RunPhaseAsync(into, Stopwatch.GetTimestamp(), duration, ramp);
        into.End();
    }

    public void Dispose()
    {
        foreach (var connection in Connections)
            connection.Dispose();
    }

    protected abstract Task RunPhaseAsync(Measurement into, long began, TimeSpan duration, TimeSpan ramp);

    /// <param name="since">The stopwatch timestamp at which the request was due. Its latency is measured from then.</param>
    protected async Task AskAsync(Connection connection, long since, Measurement into)
    {
        var call = _traffic.Next();
        try
        {
            var status = await connection.AskAsync(call);
            if (status == call.Expected)
                into.Answered(Stopwatch.GetTimestamp() - since);
            else
                into.Failed($"status {status} instead of {call.Expected}");
        }
        catch (SocketException lost)
        {
            into.Failed($"connection: {lost.SocketErrorCode}");
        }
    }

    protected static long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * Stopwatch.Frequency);
}
