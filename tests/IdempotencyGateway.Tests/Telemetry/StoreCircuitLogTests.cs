using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Resilience;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Tests.Telemetry;

public sealed class StoreCircuitLogTests
{
    [Fact]
    public async Task A_store_that_is_lost_and_found_leaves_one_line_each()
    {
        using var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var circuit = new HandCircuit();
        var told = new StoreCircuitLog(circuit, loggers.CreateLogger<StoreCircuitLog>());
        await told.StartAsync(default);

        circuit.Changed!(new StoreUnavailableException(StoreFailure.Unreachable, "Redis at r:6379 does not answer"));
        circuit.Changed!(null);

        Assert.Collection(
            log.Lines,
            lost => Assert.Matches(@"^Error .*\[1303\] The store cannot be reached.*Redis at r:6379 does not answer", lost),
            found => Assert.Matches(@"^Information .*\[1304\] The store answers again", found));
        await told.StopAsync(default);
        Assert.Null(circuit.Changed);
    }

    [Fact]
    public void The_gauge_follows_the_circuit_and_is_absent_without_one()
    {
        var circuit = new HandCircuit { IsOpen = true };

        Assert.Equal(1, new StoreCondition(circuit).CircuitOpen);
        circuit.IsOpen = false;
        Assert.Equal(0, new StoreCondition(circuit).CircuitOpen);
        Assert.Null(new StoreCondition(null).CircuitOpen);
    }

    private sealed class HandCircuit : IStoreCircuit
    {
        public bool IsOpen { get; set; }

        public Action<StoreUnavailableException?>? Changed { get; set; }
    }
}
