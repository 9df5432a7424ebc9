using System.Net;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Limits;

/// <summary>
/// Accepts a connection only when a permit is free; other connections wait in the operating system's queue. Kestrel accepts faster than <see cref="ConnectionGate"/> refuses: without this, a
/// burst would use up all files that the process may open before the gate saw its first connection.
/// </summary>
/// <param name="listeners">The listeners to limit.</param>
/// <param name="free">The permits, shared by all addresses.</param>
internal sealed class CappedListeners(IConnectionListenerFactory listeners, SemaphoreSlim free) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await listeners.BindAsync(endpoint, cancellationToken), free);

    private sealed class Listener(IConnectionListener inner, SemaphoreSlim free) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await free.WaitAsync(_unbound.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            ConnectionContext? accepted = null;
            try
            {
                accepted = await inner.AcceptAsync(cancellationToken);
            }
            finally
            {
                if (accepted is null)
                    free.Release();
            }
            accepted?.ConnectionClosed.UnsafeRegister(static free => ((SemaphoreSlim)free!).Release(), free);
            return accepted;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            // Otherwise an accept that waits for a permit would keep the server from stopping.
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
