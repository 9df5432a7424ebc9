using System.Diagnostics;

namespace IdempotencyGateway.Telemetry;

/// <summary>
/// Joins the trace of a client that has one (W3C Trace Context): its id stands in the log, goes on to the provider and into the record. A request without a trace is not given
/// one just for that: the spans of the server and of the HTTP client are a good part of what it costs to pass a request on. Where a collector is named, <see cref="TraceExport"/>
/// asks for them.
/// </summary>
internal sealed class RequestTraces : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = static source => source.Name == "Microsoft.AspNetCore",
        Sample = static (ref options) => options.Parent switch
        {
            var none when none == default => ActivitySamplingResult.None,
            // Passed on as recorded, or everything below would be missing from it.
            { TraceFlags: ActivityTraceFlags.Recorded } => ActivitySamplingResult.AllDataAndRecorded,
            _ => ActivitySamplingResult.PropagationData,
        },
    };

    public RequestTraces() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
