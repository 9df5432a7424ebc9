using BenchmarkDotNet.Running;
using IdempotencyGateway.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(LeafConfig).Assembly).Run(args, new LeafConfig());
