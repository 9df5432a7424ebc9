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
/// Short, because a leaf is looked at often and compared with itself: all of them in about a minute. In this process, because the usual way, a project that is generated and built for
/// each run, would need its packages' source again.
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
