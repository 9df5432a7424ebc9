using System.Globalization;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>
/// Simulates random histories of a few keys: owners that pause, lose replies and ask again, leases that lapse, processes that crash. A failure
/// prints its seed; set <c>IDEMPOTENCY_GATEWAY_SIMULATION_SEED</c> to run only that seed.
/// </summary>
public sealed class StateMachineSimulation
{
    private const string SeedVariable = "IDEMPOTENCY_GATEWAY_SIMULATION_SEED";
    private const int Seeds = 150;

    [Fact]
    public Task The_permission_to_send_is_granted_to_one_owner_per_key_and_a_done_record_never_changes() =>
        RunAsync(takeFromDoubt: false);

    [Fact]
    public Task Routes_that_take_from_doubt_leave_the_store_and_the_model_alike() => RunAsync(takeFromDoubt: true);

    private static async Task RunAsync(bool takeFromDoubt)
    {
        var only = Environment.GetEnvironmentVariable(SeedVariable);
        var seeds = only is null ? Enumerable.Range(1, Seeds) : [int.Parse(only, CultureInfo.InvariantCulture)];
        var grants = 0;
        foreach (var seed in seeds)
        {
            await using var world = new SimulatedWorld(seed, takeFromDoubt);
            try
            {
                await world.RunAsync();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"simulation failed: {SeedVariable}={seed}\n{world.Story}", failure);
            }
            grants += world.Grants;
        }
        Assert.True(only is not null || grants > Seeds, $"only {grants} permissions were granted: the simulation does nothing");
    }
}
