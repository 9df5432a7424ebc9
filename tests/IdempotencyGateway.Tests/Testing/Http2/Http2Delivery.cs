using System.Buffers;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// One request whose HEADERS reached a <see cref="ScriptedHttp2Provider"/>. A real provider may act on a request from that moment on, even
/// before the body has arrived (<see cref="Complete"/>).
/// </summary>
/// <param name="connection">The number of its connection, in the order of accepting; the first is 1.</param>
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

    /// <summary>The headers, including the pseudo-headers.</summary>
    public Fields Headers => headers;

    public Fields Trailers { get; private set; } = Fields.None;

    /// <summary>Whether END_STREAM arrived, so that the provider has the whole request.</summary>
    public bool Complete => _bodyEnded.Task is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>The part of the body that has arrived so far.</summary>
    public byte[] Body
    {
        get
        {
            lock (_lock)
                return _body.WrittenSpan.ToArray();
        }
    }

    /// <summary>Completes when the step has reached a gate.</summary>
    public Task Waiting => _waiting.Task.OrGiveUp();

    /// <summary>Completes with the error code when the client resets the stream, or with null when its connection ends.</summary>
    public Task<Http2Error?> Abandoned => _abandoned.Task.OrGiveUp();

    /// <summary>Completes when the step is over, either finished or cut short by the end of the stream.</summary>
    public Task Settled => _settled.Task.OrGiveUp();

    /// <summary>Completes with true at END_STREAM, or with false if the stream ends without it.</summary>
    internal Task<bool> BodyEnded => _bodyEnded.Task;

    /// <summary>The same as <see cref="Abandoned"/>, without a timeout.</summary>
    internal Task Gone => _abandoned.Task;

    internal void Receive(ReadOnlySpan<byte> data)
    {
        lock (_lock)
            _body.Write(data);
    }

    internal void Receive(Fields trailers) => Trailers = trailers;

    /// <returns>Whether this call ended the body.</returns>
    internal bool EndBody() => _bodyEnded.TrySetResult(true);

    internal void Abandon(Http2Error? error)
    {
        _abandoned.TrySetResult(error);
        _bodyEnded.TrySetResult(false);
    }

    internal void Wait() => _waiting.TrySetResult();

    internal void Settle() => _settled.TrySetResult();
}
