using System.Net;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Limits;

/// <summary>
/// Accepts a connection only when there is a seat for it; the others wait in the operating system's queue. The server accepts faster than anybody can count what it has accepted, so that a
/// burst would take every file that the process may open before <see cref="ConnectionGate"/> turned the first of it away.
/// </summary>
/// <param name="listeners">Which accept whatever comes.</param>
/// <param name="free">The seats, for all addresses together.</param>
internal sealed class SeatedListeners(IConnectionListenerFactory listeners, SemaphoreSlim free) : IConnectionListenerFactory
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
            // Whoever waits for a seat would keep the server from stopping.
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
