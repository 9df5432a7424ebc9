extern alias benchmarks;

using System.Reflection;
using BenchmarkDotNet.Attributes;
using benchmarks::IdempotencyGateway.Benchmarks;
using IdempotencyGateway.Tests.HouseRules;

namespace IdempotencyGateway.Tests.Load;

/// <summary>Runs each benchmark method once with its smallest parameters, because the benchmarks themselves are not run on every change.</summary>
public sealed class EveryBenchmarkRunsTests
{
    public static IEnumerable<object[]> Benchmarks =>
        from type in typeof(KeyBenchmarks).Assembly.GetTypes()
        from method in type.GetMethods()
        where method.GetCustomAttribute<BenchmarkAttribute>() is not null
        select new object[] { type.FullName!, method.Name };

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public void It_runs_and_has_a_result(string type, string method)
    {
        var benchmark = typeof(KeyBenchmarks).Assembly.GetType(type, throwOnError: true)!;
        var made = Activator.CreateInstance(benchmark)!;
        foreach (var property in benchmark.GetProperties().Where(property => property.GetCustomAttribute<ParamsAttribute>() is not null))
            property.SetValue(made, property.GetCustomAttribute<ParamsAttribute>()!.Values[0]);
        foreach (var setup in benchmark.GetMethods().Where(setup => setup.GetCustomAttribute<GlobalSetupAttribute>() is not null))
            setup.Invoke(made, null);

        Assert.NotNull(benchmark.GetMethod(method)!.Invoke(made, null));
    }

    [Fact]
    public void The_table_tells_of_each_and_of_no_other() => Assert.Equal(
        Benchmarks.Select(row => $"{((string)row[0]).Split('.')[^1]}.{row[1]}").Order(StringComparer.Ordinal),
        Repository.Read("load/Benchmarks/README.md").Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Order(StringComparer.Ordinal));
}
