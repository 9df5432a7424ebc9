using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>Something that is measured on both sides in turns, so that whatever the machine is doing meanwhile meets both alike.</summary>
/// <param name="name">As the command line calls it.</param>
internal abstract class Comparison(string name)
{
    public string Name => name;

    /// <summary>What stands against what, in one line.</summary>
    public abstract string Says { get; }

    /// <summary>In the order of the figures, with what each has to be.</summary>
    public abstract IReadOnlyList<Target> Targets { get; }

    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="InvalidOperationException">It cannot be measured; the message says why.</exception>
    public abstract Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress);
}
