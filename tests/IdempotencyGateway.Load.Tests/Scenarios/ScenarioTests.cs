using IdempotencyGateway.Load.Commands;
using IdempotencyGateway.Load.Scenarios;

namespace IdempotencyGateway.Load.Tests.Scenarios;

/// <summary>Runs every scenario briefly with real servers, and checks the answers and the number of executions.</summary>
public class ScenarioTests
{
    public static TheoryData<string> Names => [.. ScenarioList.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_runs_and_keeps_its_promises(string name)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        var exitCode = await LoadCommandLine.RunAsync(["run", name, "--seconds", "0.2", "--warm-up", "0", "--records", "1000", "--replicas", "2"], output, errors);

        Assert.True(exitCode == 0, $"{errors}\n{output}");
        Assert.Contains($"{name}: ", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 requests", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_scenario_is_in_the_list_once()
    {
        var written = typeof(Scenario).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Scenario)) && !type.IsAbstract);

        Assert.Equal(written.Order(TypeName), ScenarioList.All.Select(scenario => scenario.GetType()).Order(TypeName));
    }

    [Fact]
    public async Task A_run_whose_threshold_is_broken_fails_and_says_so()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        var exitCode = await LoadCommandLine.RunAsync(["run", nameof(Direct), "--seconds", "0.1", "--warm-up", "0", "--threshold", "p50<=0us"], output, errors);

        Assert.Equal(1, exitCode);
        Assert.Contains("BROKEN p50<=0ms", output.ToString(), StringComparison.Ordinal);
    }

    private static readonly Comparer<Type> TypeName = Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));
}
