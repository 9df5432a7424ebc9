using System.Runtime.InteropServices;

namespace IdempotencyGateway.Hosting;

/// <summary>Waits for SIGTERM or SIGINT. The first signal asks for a graceful shutdown; the second is left to the runtime, which ends the process at once.</summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource _asked;
    private readonly PosixSignalRegistration[] _registrations;

    private TerminationSignals(CancellationToken alsoAsks)
    {
        _asked = CancellationTokenSource.CreateLinkedTokenSource(alsoAsks);
        _registrations = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT }.Select(signal => PosixSignalRegistration.Create(signal, Ask))];
    }

    /// <param name="alsoAsks">Its cancellation counts as the first signal.</param>
    public static TerminationSignals Watch(CancellationToken alsoAsks = default) => new(alsoAsks);

    public Task AskedToEndAsync() =>
        Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _asked.Token).ContinueWith(static _ => { }, TaskScheduler.Default);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = !_asked.IsCancellationRequested;
        _asked.Cancel();
    }
}
