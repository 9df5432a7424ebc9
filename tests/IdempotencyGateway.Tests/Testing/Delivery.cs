namespace IdempotencyGateway.Tests.Testing;

/// <summary>One request whose head reached a <see cref="ScriptedProvider"/> whole: from there on a real provider may have acted.</summary>
/// <param name="connection">On which connection it came, in the order of accepting; the first is 1.</param>
/// <param name="ordinal">Its place among the requests of that connection; above 1 the connection was reused.</param>
public sealed class Delivery(int connection, int ordinal, MessageHead head)
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ConnectionEnd> _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Connection => connection;

    public int Ordinal => ordinal;

    public MessageHead Head => head;

    public string Method { get; } = head.StartLine.Split(' ')[0];

    public string Target { get; } = head.StartLine.Split(' ') is [_, var target, ..] ? target : "";

    public Fields Headers => head.Fields;

    /// <summary>What of the body was read so far, how it was framed, and whether it came to its end.</summary>
    public MessageBody Body { get; } =
        head.IsChunked ? new(BodyFraming.Chunked, 0)
        : head.ContentLength is { } length ? new(BodyFraming.ContentLength, length)
        : new(BodyFraming.None, 0);

    /// <summary>Completes when the step stands at a gate.</summary>
    public Task Waiting => _waiting.Task.OrGiveUp();

    /// <summary>Completes when the client was seen to leave during the step: while it waited, or inside the body.</summary>
    public Task<ConnectionEnd> Abandoned => _abandoned.Task.OrGiveUp();

    /// <summary>Completes when the step is over, whether it came to its end or the connection did.</summary>
    public Task Settled => _settled.Task.OrGiveUp();

    internal void Wait() => _waiting.TrySetResult();

    internal void Abandon(ConnectionEnd how) => _abandoned.TrySetResult(how);

    internal void Settle() => _settled.TrySetResult();
}
