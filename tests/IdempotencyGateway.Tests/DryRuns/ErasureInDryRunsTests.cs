using System.Collections.Frozen;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tests.Subjects;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

public sealed class ErasureInDryRunsTests : ErasureTest
{
    [Theory]
    [InlineData(true, "replayed")]
    [InlineData(false, null)]
    public async Task A_deletion_erases_no_record_while_its_policy_is_in_a_dry_run(bool isDryRun, string? source)
    {
        await using var provider = await ProviderAsync();
        var gateway = await StartErasingAsync(provider, configure: setup => setup.Adjust = WithDeletionsInDryRun(setup.Adjust, isDryRun));
        await gateway.PostAsync("a", Alice);

        var deletion = await DeleteAsync(gateway, "alice-1", key: null);

        Assert.Equal((200, isDryRun ? null : "unguarded"), (deletion.Status, deletion.Source));
        Assert.Equal(source, (await gateway.PostAsync("a", Alice)).Source);
        Assert.Equal(2, provider.Requests.Count);
    }

    private static Func<GatewaySnapshot, GatewaySnapshot> WithDeletionsInDryRun(
        Func<GatewaySnapshot, GatewaySnapshot> adjust, bool isDryRun) => before =>
    {
        var snapshot = adjust(before);
        var people = snapshot.GuardedRoutes["people"];
        return !isDryRun ? snapshot : snapshot with
        {
            GuardedRoutes = snapshot.GuardedRoutes.Where(route => route.Key != "people").ToFrozenDictionary(),
            DryRuns = new Dictionary<string, GuardedRoute> { ["people"] = people with { Policy = people.Policy with { DryRun = true } } }.ToFrozenDictionary(),
        };
    };
}
