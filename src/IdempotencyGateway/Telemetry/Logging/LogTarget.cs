using Serilog.Events;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>A destination of log events. Used by one thread at a time. A failure does not throw: the lost lines are counted, and the next event is tried again.</summary>
internal abstract class LogTarget : IDisposable
{
    public abstract void Write(LogEvent logEvent);

    /// <summary>Called at the end of each batch.</summary>
    public abstract void Flush();

    public abstract void Dispose();
}
