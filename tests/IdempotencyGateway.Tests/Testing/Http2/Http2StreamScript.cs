namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>Plays one step on one stream.</summary>
internal sealed class Http2StreamScript(Http2ProviderConnection connection, Http2Delivery delivery)
{
    private const int LargestFrameInBytes = 16_384;

    public async Task Play(Http2Step step, CancellationToken cancellation)
    {
        try
        {
            foreach (var act in step.Acts)
            {
                if (!await Do(act, cancellation))
                    return;
            }
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client, another stream's script or the end of the test broke the connection.
        }
        finally
        {
            delivery.Settle();
        }
    }

    /// <returns>Whether the step goes on.</returns>
    private async Task<bool> Do(Http2Act act, CancellationToken cancellation)
    {
        switch (act)
        {
            case Http2Act.ReadBody:
                return await delivery.BodyEnded.WaitAsync(cancellation);
            case Http2Act.SendHeaders(var headers, var endStream):
                await SendHeaders([.. headers], endStream, cancellation);
                return true;
            case Http2Act.SendData(var bytes, var endStream):
                await SendData(bytes, endStream, cancellation);
                return true;
            case Http2Act.Wait(var gate):
                delivery.Wait();
                return await Task.WhenAny(gate.Opened, delivery.Gone).WaitAsync(cancellation) == gate.Opened;
            case Http2Act.ResetStream(var error):
                await connection.Send(Http2Frame.ResetStream(delivery.StreamId, error), cancellation);
                return true;
            case Http2Act.GoAway(var including, var error):
                await connection.Send(Http2Frame.GoAway(including ? delivery.StreamId : 0, error), cancellation);
                return true;
            case Http2Act.Close:
                connection.Close();
                return false;
            case Http2Act.Reset:
                connection.Reset();
                return false;
            default:
                throw new InvalidOperationException($"unknown act: {act.GetType()}");
        }
    }

    private Task SendHeaders(Field[] headers, bool endStream, CancellationToken cancellation)
    {
        var flags = Http2Flags.EndHeaders | (endStream ? Http2Flags.EndStream : Http2Flags.None);
        return connection.Send(new Http2Frame(Http2FrameType.Headers, flags, delivery.StreamId, HeaderBlock.Encode(headers)), cancellation);
    }

    private async Task SendData(ReadOnlyMemory<byte> bytes, bool endStream, CancellationToken cancellation)
    {
        do
        {
            var part = bytes[..Math.Min(bytes.Length, LargestFrameInBytes)];
            bytes = bytes[part.Length..];
            var flags = endStream && bytes.IsEmpty ? Http2Flags.EndStream : Http2Flags.None;
            await connection.Send(new Http2Frame(Http2FrameType.Data, flags, delivery.StreamId, part), cancellation);
        }
        while (!bytes.IsEmpty);
    }
}
