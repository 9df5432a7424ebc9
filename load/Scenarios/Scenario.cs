using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>A load scenario: which servers it needs, and what is sent to them.</summary>
internal abstract class Scenario
{
    /// <summary>Its name on the command line.</summary>
    public string Name => GetType().Name;

    /// <summary>A one-line description for lists and reports.</summary>
    public abstract string Says { get; }

    /// <summary>The scenario that it is compared with by default; null where it is a baseline itself.</summary>
    public virtual Scenario? Baseline => null;

    /// <summary>The default load.</summary>
    public virtual LoadShape Shape => new(Connections: 32);

    public abstract Task<Staged> StartAsync(Stage stage);
}
