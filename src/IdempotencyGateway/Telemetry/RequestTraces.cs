using System.Diagnostics;

namespace IdempotencyGateway.Telemetry;

/// <summary>
/// Gives every request a trace id: its client's, or a new one. It stands in the log, goes on to the provider (W3C Trace Context), and into the record. The server makes
/// the bare span for it; whether anything is kept of it is <see cref="TraceExport"/>'s to say.
/// </summary>
internal sealed class RequestTraces : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
        // A trace that its client records is passed on as recorded, or everything below would be missing from it.
        Sample = static (ref options) =>
            options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData,
    };

    public RequestTraces() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
