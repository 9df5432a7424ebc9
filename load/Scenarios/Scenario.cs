using IdempotencyGateway.Load.Client;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>One way in which clients use a server: which servers there are, and what is sent to them.</summary>
internal abstract class Scenario
{
    /// <summary>As the command line calls it.</summary>
    public string Name => GetType().Name;

    /// <summary>One line for lists and reports.</summary>
    public abstract string Says { get; }

    /// <summary>What it is worth comparing with; null where it is a baseline itself.</summary>
    public virtual Scenario? Baseline => null;

    /// <summary>How hard it is run unless the command line says otherwise.</summary>
    public virtual LoadShape Shape => new(Connections: 32);

    public abstract Task<Staged> StartAsync(Stage stage);
}
