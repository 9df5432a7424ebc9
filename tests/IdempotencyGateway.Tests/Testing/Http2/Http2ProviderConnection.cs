namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// One connection of a <see cref="ScriptedHttp2Provider"/>. It reads frames and keeps the streams' state; an
/// <see cref="Http2StreamScript"/> per stream plays the step.
/// </summary>
internal sealed class Http2ProviderConnection(RawConnection connection, int number, ScriptedHttp2Provider provider) : IDisposable
{
    private const short HeaderTableSize = 0x1;
    private const short InitialWindowSize = 0x4;
    private const int LargestWindow = int.MaxValue;
    private const int FirstConnectionWindow = 65_535;
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Dictionary<int, Http2Delivery> _streams = [];
    private readonly List<Task> _steps = [];
    private readonly SemaphoreSlim _writing = new(1, 1);

    public async Task Serve(CancellationToken cancellation)
    {
        try
        {
            if (await Greet(cancellation))
                await Listen(cancellation);
        }
        finally
        {
            foreach (var delivery in _streams.Values)
                delivery.Abandon(error: null);
            await Task.WhenAll(_steps);
        }
    }

    public async Task Send(Http2Frame frame, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await connection.Write(frame.ToBytes(), cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Close() => connection.Close();

    public void Reset() => connection.Reset();

    public void Dispose() => _writing.Dispose();

    /// <summary>Reads the client's preface, and opens all flow-control windows fully so that no client waits for a WINDOW_UPDATE.</summary>
    private async Task<bool> Greet(CancellationToken cancellation)
    {
        var preface = new byte[Preface.Length];
        if (!await connection.ReadExactly(preface, cancellation) || !preface.AsSpan().SequenceEqual(Preface))
            return false;
        await Send(Http2Frame.Settings((HeaderTableSize, 0), (InitialWindowSize, LargestWindow)), cancellation);
        await Send(Http2Frame.WindowUpdate(LargestWindow - FirstConnectionWindow), cancellation);
        return true;
    }

    private async Task Listen(CancellationToken cancellation)
    {
        while (await Http2Frame.Read(connection, cancellation) is { } frame)
        {
            switch (frame.Type)
            {
                case Http2FrameType.Headers:
                    await ReceiveHeaders(frame, cancellation);
                    break;
                case Http2FrameType.Data when _streams.TryGetValue(frame.StreamId, out var delivery):
                    delivery.Receive(frame.Content.Span);
                    EndBodyIf(frame, delivery);
                    break;
                case Http2FrameType.ResetStream when _streams.TryGetValue(frame.StreamId, out var delivery):
                    delivery.Abandon((Http2Error)frame.Payload.Span[3]);
                    break;
                case Http2FrameType.Settings or Http2FrameType.Ping when !frame.Has(Http2Frame.Ack):
                    await Send(frame.Acknowledgement, cancellation);
                    break;
            }
        }
    }

    private async Task ReceiveHeaders(Http2Frame frame, CancellationToken cancellation)
    {
        var block = new MemoryStream();
        block.Write(frame.Content.Span);
        for (var part = frame; !part.Has(Http2Flags.EndHeaders); block.Write(part.Payload.Span))
        {
            if (await Http2Frame.Read(connection, cancellation) is not { Type: Http2FrameType.Continuation } next)
                return;
            part = next;
        }
        var fields = HeaderBlock.Decode(block.ToArray());
        if (_streams.TryGetValue(frame.StreamId, out var delivery))
        {
            delivery.Receive(trailers: fields);
            EndBodyIf(frame, delivery);
            return;
        }
        _streams[frame.StreamId] = delivery = new Http2Delivery(number, frame.StreamId, fields);
        var step = provider.Deliver(delivery);
        EndBodyIf(frame, delivery);
        _steps.Add(new Http2StreamScript(this, delivery).Play(step, cancellation));
    }

    private void EndBodyIf(Http2Frame frame, Http2Delivery delivery)
    {
        if (frame.Has(Http2Flags.EndStream) && delivery.EndBody())
            provider.Complete(delivery);
    }
}
