using System.Diagnostics;

namespace IdempotencyGateway.Telemetry;

/// <summary>
/// Continues the trace of a client that sends one (W3C Trace Context): its id goes into the log, to the provider and into the record. A request without a trace gets none, because
/// the spans of server and HTTP client are a considerable part of what forwarding a request costs. With a collector configured, <see cref="TraceExport"/> enables them.
/// </summary>
internal sealed class RequestTraces : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
        Sample = static (ref options) => options.Parent switch
        {
            var none when none == default => ActivitySamplingResult.None,
            // The recorded flag is passed on, or the spans of the services behind would be missing from the trace.
            { TraceFlags: ActivityTraceFlags.Recorded } => ActivitySamplingResult.AllDataAndRecorded,
            _ => ActivitySamplingResult.PropagationData,
        },
    };

    public RequestTraces() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
