namespace IdempotencyGateway.Tests.Testing;

/// <summary>One request whose complete head reached a <see cref="ScriptedProvider"/>. A real provider may act on a request from that moment on.</summary>
/// <param name="connection">The number of its connection, in the order of accepting; the first is 1.</param>
/// <param name="ordinal">Its position on that connection; above 1 the connection was reused.</param>
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

    /// <summary>The part of the body read so far, its framing, and whether it is complete.</summary>
    public MessageBody Body { get; } =
        head.IsChunked ? new(BodyFraming.Chunked, 0)
        : head.ContentLength is { } length ? new(BodyFraming.ContentLength, length)
        : new(BodyFraming.None, 0);

    /// <summary>Completes when the step has reached a gate.</summary>
    public Task Waiting => _waiting.Task.OrGiveUp();

    /// <summary>Completes when the client has ended the connection while the step waited at a gate or read the body.</summary>
    public Task<ConnectionEnd> Abandoned => _abandoned.Task.OrGiveUp();

    /// <summary>Completes when the step is over, either finished or cut short by the end of the connection.</summary>
    public Task Settled => _settled.Task.OrGiveUp();

    internal void Wait() => _waiting.TrySetResult();

    internal void Abandon(ConnectionEnd how) => _abandoned.TrySetResult(how);

    internal void Settle() => _settled.TrySetResult();
}
