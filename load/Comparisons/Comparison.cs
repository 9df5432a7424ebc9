using IdempotencyGateway.Load.Measuring;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Comparisons;

/// <summary>A named measurement with targets. Both sides are usually measured in alternating rounds, so that other activity of the machine affects both alike.</summary>
/// <param name="name">Its name on the command line.</param>
internal abstract class Comparison(string name)
{
    public string Name => name;

    /// <summary>What is compared with what, in one line.</summary>
    public abstract string Says { get; }

    /// <summary>The targets of the figures, in the same order.</summary>
    public abstract IReadOnlyList<Target> Targets { get; }

    /// <param name="progress">Gets the current step.</param>
    /// <exception cref="InvalidOperationException">The comparison cannot be measured; the message says why.</exception>
    public abstract Task<ComparisonResult> MeasureAsync(RoundShape shape, StageOptions options, IProgress<string> progress);
}
