namespace IdempotencyGateway.Tests.Testing;

/// <summary>One connection of a <see cref="ScriptedProvider"/>: reads request heads and plays a step for each, until either side ends the connection.</summary>
internal sealed class ProviderConnection(RawConnection connection, int number, ScriptedProvider provider)
{
    public async Task Serve(CancellationToken cancellation)
    {
        for (var ordinal = 1; await connection.Peek(cancellation) is { } first; ordinal++)
        {
            if (!char.IsAsciiLetter((char)first))
            {
                // A TLS ClientHello never contains the empty line that ends a head. A plain-text answer makes the client's handshake fail.
                await connection.Write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation);
                return;
            }
            if (await MessageHead.Read(connection, cancellation) is not { } head)
                return;
            var (delivery, step) = provider.Deliver(number, ordinal, head);
            if (!await Play(delivery, step, cancellation))
                return;
        }
    }

    /// <returns>Whether the connection can carry another request.</returns>
    private async Task<bool> Play(Delivery delivery, Step step, CancellationToken cancellation)
    {
        try
        {
            foreach (var act in step.Acts)
            {
                if (!await Do(act, delivery, cancellation))
                    return false;
            }
            return await ReadBody(delivery, cancellation);
        }
        finally
        {
            delivery.Settle();
        }
    }

    /// <returns>Whether the connection stays open.</returns>
    private async Task<bool> Do(Act act, Delivery delivery, CancellationToken cancellation)
    {
        switch (act)
        {
            case Act.ReadBody:
                return await ReadBody(delivery, cancellation);
            case Act.Send(var bytes):
                await connection.Write(bytes, cancellation);
                return true;
            case Act.Wait(var gate):
                return await Wait(gate, delivery, cancellation);
            case Act.AwaitNextRequest:
                return await AwaitNextRequest(cancellation);
            case Act.Echo:
                await Echo(cancellation);
                return false;
            case Act.Close:
                connection.Close();
                return false;
            case Act.Reset:
                connection.Reset();
                return false;
            default:
                throw new InvalidOperationException($"unknown act: {act.GetType()}");
        }
    }

    private async Task<bool> ReadBody(Delivery delivery, CancellationToken cancellation)
    {
        if (await delivery.Body.Read(connection, cancellation))
            return true;
        delivery.Abandon(connection.End);
        return false;
    }

    /// <summary>Waits for the gate and watches for the client's disconnect. Once unread bytes arrive (the rest of a body), a disconnect behind them goes unnoticed.</summary>
    private async Task<bool> Wait(Gate gate, Delivery delivery, CancellationToken cancellation)
    {
        delivery.Wait();
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var opened = gate.Opened.WaitAsync(cancellation);
        var watch = connection.MoreArrives(watching.Token).AsTask();
        await Task.WhenAny(opened, watch);
        if (watch.IsCompletedSuccessfully && !await watch)
        {
            delivery.Abandon(connection.End);
            return false;
        }
        await opened;
        await watching.CancelAsync();
        await Task.WhenAny(watch);
        return true;
    }

    private async Task<bool> AwaitNextRequest(CancellationToken cancellation)
    {
        if (!await connection.MoreArrives(cancellation))
            return false;
        provider.CountUnreadRequest();
        return true;
    }

    private async Task Echo(CancellationToken cancellation)
    {
        var buffer = new byte[4096];
        while (await connection.Read(buffer, cancellation) is > 0 and var taken)
            await connection.Write(buffer.AsMemory(0, taken), cancellation);
    }
}
