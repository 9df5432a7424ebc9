using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace IdempotencyGateway.Benchmarks;

/// <summary>
/// The BenchmarkDotNet configuration. Runs are short, because these benchmarks are run often: all of them take about a minute and a half. They run in this process, because the default toolchain
/// generates and builds a project for each run, which would have to restore packages.
/// </summary>
internal sealed class LeafConfig : ManualConfig
{
    public LeafConfig()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(200))
            .WithWarmupCount(4)
            .WithIterationCount(7));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddExporter(MarkdownExporter.GitHub);
        ArtifactsPath = Path.Combine(AppContext.BaseDirectory, "results");
    }
}
