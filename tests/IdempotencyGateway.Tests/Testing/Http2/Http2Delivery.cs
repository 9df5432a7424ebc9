using System.Buffers;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// One request whose HEADERS reached a <see cref="ScriptedHttp2Provider"/>: from there on a real provider may have acted, even before
/// the body came (<see cref="Complete"/>).
/// </summary>
/// <param name="connection">On which connection it came, in the order of accepting; the first is 1.</param>
public sealed class Http2Delivery(int connection, int streamId, Fields headers)
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly TaskCompletionSource<bool> _bodyEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Http2Error?> _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Connection => connection;

    public int StreamId => streamId;

    public string Method => headers[":method"] ?? "";

    public string Path => headers[":path"] ?? "";

    /// <summary>With the pseudo-headers.</summary>
    public Fields Headers => headers;

    public Fields Trailers { get; private set; } = Fields.None;

    /// <summary>END_STREAM arrived: the provider has the request whole.</summary>
    public bool Complete => _bodyEnded.Task is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>What of the body has arrived so far.</summary>
    public byte[] Body
    {
        get
        {
            lock (_lock)
                return _body.WrittenSpan.ToArray();
        }
    }

    /// <summary>Completes when the step stands at a gate.</summary>
    public Task Waiting => _waiting.Task.OrGiveUp();

    /// <summary>Completes when the client reset the stream (with its error) or its connection ended (null).</summary>
    public Task<Http2Error?> Abandoned => _abandoned.Task.OrGiveUp();

    /// <summary>Completes when the step is over, whether it came to its end or the stream did.</summary>
    public Task Settled => _settled.Task.OrGiveUp();

    /// <summary>True at END_STREAM, false when the stream ends without.</summary>
    internal Task<bool> BodyEnded => _bodyEnded.Task;

    /// <summary>As <see cref="Abandoned"/>, without a limit.</summary>
    internal Task Gone => _abandoned.Task;

    internal void Receive(ReadOnlySpan<byte> data)
    {
        lock (_lock)
            _body.Write(data);
    }

    internal void Receive(Fields trailers) => Trailers = trailers;

    /// <returns>True the first time.</returns>
    internal bool EndBody() => _bodyEnded.TrySetResult(true);

    internal void Abandon(Http2Error? error)
    {
        _abandoned.TrySetResult(error);
        _bodyEnded.TrySetResult(false);
    }

    internal void Wait() => _waiting.TrySetResult();

    internal void Settle() => _settled.TrySetResult();
}
