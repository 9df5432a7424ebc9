using System.Globalization;
using IdempotencyGateway.Core.Tests.Fraud.Databases;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider;
using Xunit.Abstractions;

namespace IdempotencyGateway.Tests.Load;

/// <summary>
/// What a gateway allocates per request. It runs in a process of its own, so that neither client nor provider counts. The ceilings are somewhat above the measured values, and are
/// only ever lowered.
/// </summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int FirstCallInBytes = 13_500;
    private const int ReplayInBytes = 2_000;
    private const int ScoringInBytes = 1_000;

    /// <summary>Requests until the runtime has optimised the hot paths; tier-0 code allocates more.</summary>
    private const int WarmUp = 4_000;

    private const int Measured = 2_000;
    private const string Quiet = """{ "Console": "None", "LogLevel": { "Default": "Warning" } }""";
    private const string Caller = "80.0.0.7";

    [Fact]
    public async Task A_first_call_and_a_replay_leave_no_more_to_the_garbage_collector_than_they_did()
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());
        using var configuration = new ProcessConfiguration(provider.Address, Quiet);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path);
        using var client = await RawClient.Connect(gateway.Address);
        using var operators = new HttpClient { BaseAddress = gateway.Addresses[1] };
        var key = 0;
        Task FirstCallAsync() => SendAsync(client, $"key-{key++}", "executed");
        Task ReplayAsync() => SendAsync(client, "key-0", "replayed");

        var firstCall = await CostAsync(operators, FirstCallAsync);
        var replay = await CostAsync(operators, ReplayAsync);

        output.WriteLine($"a first call allocates {firstCall:N0} bytes, a replay {replay:N0}");
        Assert.InRange(firstCall, 1, FirstCallInBytes);
        Assert.InRange(replay, 1, ReplayInBytes);
    }

    [Fact]
    public async Task Scoring_a_first_call_leaves_no_more_to_the_garbage_collector_than_it_did()
    {
        using var folder = new TemporaryFolder();
        var (list, city, asn) = (folder.File("listed.netset"), folder.File("city.mmdb"), folder.File("asn.mmdb"));
        await File.WriteAllTextAsync(list, "203.0.113.0/24\n");
        await File.WriteAllBytesAsync(city, new MmdbWriter("GeoLite2-City").Add($"{Caller}/32", Records.City("NL", 52.37, 4.89, 20, "Europe/Amsterdam")).Write());
        await File.WriteAllBytesAsync(asn, new MmdbWriter("GeoLite2-ASN").Add($"{Caller}/32", Records.Asn(60_729)).Write());
        var profile = $$"""{ "Lists": [{ "Name": "listed", "Path": "{{list}}" }], "Databases": { "City": "{{city}}", "Asn": "{{asn}}" } }""";

        var plain = await FirstCallCostAsync(profile: null);
        var scored = await FirstCallCostAsync(profile);

        output.WriteLine($"a first call allocates {plain:N0} bytes, a scored one {scored:N0}");
        Assert.InRange(scored - plain, 1, ScoringInBytes);
    }

    private static async Task<double> FirstCallCostAsync(string? profile)
    {
        await using var provider = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());
        using var configuration = new ProcessConfiguration(provider.Address, Quiet, profile: profile);
        await using var gateway = await GatewayProcess.StartAsync(configuration.Path);
        using var client = await RawClient.Connect(gateway.Address);
        using var operators = new HttpClient { BaseAddress = gateway.Addresses[1] };
        var key = 0;
        return await CostAsync(operators, () => SendAsync(client, $"key-{key++}", "executed"));
    }

    private static async Task<double> CostAsync(HttpClient operators, Func<Task> request)
    {
        for (var time = 0; time < WarmUp; time++)
            await request();
        var before = await AllocatedAsync(operators);
        for (var time = 0; time < Measured; time++)
            await request();
        return (await AllocatedAsync(operators) - before) / Measured;
    }

    private static async Task SendAsync(RawClient client, string key, string status)
    {
        await client.Send(RawClient.Request(
            "POST", "/guarded/v3/session/", """{"workflow_id":"11111111-2222-3333-4444-555555555555"}""",
            new("Idempotency-Key", key), new("x-api-key", "tenant-1"), new("Content-Type", "application/json"), new("X-Forwarded-For", Caller)));
        var answer = await client.ReadAnswer();
        Assert.Equal(status, Assert.Single(answer!.Headers.Values("Idempotency-Status")));
    }

    private static async Task<double> AllocatedAsync(HttpClient operators)
    {
        var line = (await operators.GetStringAsync(new Uri("metrics", UriKind.Relative))).Split('\n')
            .Single(line => line.StartsWith("dotnet_gc_heap_total_allocated_bytes_total ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
