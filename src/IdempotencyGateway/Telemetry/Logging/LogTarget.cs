using Serilog.Events;

namespace IdempotencyGateway.Telemetry.Logging;

/// <summary>Where lines end up. One thread uses it. A target that fails counts what it loses, is tried again with what comes next, and stops nobody.</summary>
internal abstract class LogTarget : IDisposable
{
    public abstract void Write(LogEvent logEvent);

    /// <summary>There is nothing more to write for the moment.</summary>
    public abstract void Flush();

    public abstract void Dispose();
}
