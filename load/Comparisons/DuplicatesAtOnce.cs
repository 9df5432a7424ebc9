using System.Globalization;
using System.Net.Sockets;
using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Scenarios;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>
/// Many clients (--duplicates) send the same key at once, and the provider answers only when all have sent. The provider must then have executed once, every client must have the
/// answer, and the gateway's highest memory is compared with its idle memory.
/// </summary>
internal sealed class DuplicatesAtOnce(string name, Target megabytesOverIdle) : Comparison(name)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public override string Says => "many concurrent duplicates of one key (--duplicates): executions, answers, working set above idle";

    public override IReadOnlyList<Target> Targets => [Target.Exactly(1), Target.Exactly(0), megabytesOverIdle];

    public override async Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress)
    {
        var storms = new List<Storm>();
        for (var i = 0; i < shape.Starts; i++)
        {
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"storm {i + 1} of {shape.Starts}"));
            storms.Add(await RaiseAsync(options));
        }
        return new(
            Name,
            Says,
            [new("gateway", [new("idle", "MB", [.. storms.Select(storm => storm.Idle)]), new("highest", "MB", [.. storms.Select(storm => storm.Highest)])])],
            [
                new("executions, highest", Spread.Of(storms.Max(storm => storm.Executions)), "", Target.Exactly(1)),
                new("clients without the answer", Spread.Of(storms.Sum(storm => storm.Unanswered)), "", Target.Exactly(0)),
                new("working set above idle", Spread.OfMedian(storms.Select(storm => storm.Highest - storm.Idle)), "MB", megabytesOverIdle),
            ]);
    }

    private static async Task<Storm> RaiseAsync(StageOptions options)
    {
        await using var stage = new Stage(options);
        var gateway = await stage.GatewayAsync(new());
        var idle = InMegabytes(gateway);
        var connections = Enumerable.Range(0, options.Duplicates).Select(_ => new Connection(gateway.Address)).ToArray();
        using var ended = new CancellationTokenSource();
        var watching = WatchAsync(gateway, ended.Token);
        try
        {
            foreach (var connection in connections)
                await connection.ConnectAsync();
            await stage.HoldProviderAsync();
            await Task.WhenAll(connections.Select(connection => connection.SendAsync(Calls.Same(0)).AsTask()));
            await stage.ReleaseProviderAsync();
            var answered = await Task.WhenAll(connections.Select(IsAnsweredAsync));
            return new(await stage.ExecutionsAsync(), answered.Count(isAnswered => !isAnswered), idle, await EndAsync());
        }
        finally
        {
            await EndAsync();
            foreach (var connection in connections)
                connection.Dispose();
        }

        async Task<double> EndAsync()
        {
            await ended.CancelAsync();
            return await watching;
        }
    }

    private static async Task<bool> IsAnsweredAsync(Connection connection)
    {
        try
        {
            return await connection.ReadAnswerAsync() == Calls.Same(0).Expected;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <returns>The highest working set until then, in megabytes.</returns>
    private static async Task<double> WatchAsync(ServerProcess server, CancellationToken ended)
    {
        using var clock = new PeriodicTimer(Look);
        var highest = InMegabytes(server);
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await clock.WaitForNextTickAsync(ended);
            }
            catch (OperationCanceledException)
            {
                // One last sample follows.
            }
            highest = Math.Max(highest, InMegabytes(server));
        }
        return highest;
    }

    private static double InMegabytes(ServerProcess server) => server.WorkingSetBytes / (1024.0 * 1024);

    /// <summary>Memory in megabytes.</summary>
    private sealed record Storm(long Executions, int Unanswered, double Idle, double Highest);
}
