namespace SimulatedProvider.Exchange;

/// <summary>The handling of one request, in two steps so that a fault can occur between them. Lives for one request; not thread-safe.</summary>
internal abstract class Operation : IDisposable
{
    /// <summary>The buffer into which the answer is rendered.</summary>
    protected PooledBuffer Output { get; } = new();

    /// <summary>Reads the whole request, without any effect.</summary>
    public virtual ValueTask ReceiveAsync(HttpRequest request) => BodyIntake.DiscardAsync(request);

    /// <summary>Executes the operation, or refuses it.</summary>
    public abstract Answer Execute();

    public virtual void Dispose() => Output.Dispose();
}
