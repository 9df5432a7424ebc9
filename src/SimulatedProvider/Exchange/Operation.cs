namespace SimulatedProvider.Exchange;

/// <summary>One request's work, in two steps so that a fault can come between them. Lives for one request, on one thread at a time.</summary>
internal abstract class Operation : IDisposable
{
    /// <summary>Where the answer is rendered.</summary>
    protected PooledBuffer Output { get; } = new();

    /// <summary>Takes the whole request in. Nothing has happened yet.</summary>
    public virtual ValueTask ReceiveAsync(HttpRequest request) => BodyIntake.DiscardAsync(request);

    /// <summary>Does it, or refuses.</summary>
    public abstract Answer Execute();

    public virtual void Dispose() => Output.Dispose();
}
