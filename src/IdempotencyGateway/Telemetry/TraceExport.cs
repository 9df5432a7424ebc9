using System.Diagnostics;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace IdempotencyGateway.Telemetry;

/// <summary>
/// Sends spans to an OpenTelemetry collector, if the standard environment variables (OTEL_*) name one; OpenTelemetry itself reads their options. Without
/// an endpoint nothing listens, and no span is created.
/// </summary>
internal sealed class TraceExport : IDisposable
{
    private const string ServiceName = "idempotency-gateway";
    private static readonly string[] Sources = [Tracing.SourceName, "Microsoft.AspNetCore", "System.Net.Http"];

    private readonly TracerProvider? _provider;

    /// <summary>
    /// Keeps exception messages out of spans, because a message may quote what a client or a provider sent. The runtime adds only the tags that are not set yet, so an empty message
    /// set here stays. Type and stack trace remain.
    /// </summary>
    private readonly ActivityListener _discretion = new()
    {
        ShouldListenTo = static source => Sources.Contains(source.Name, StringComparer.Ordinal),
        ExceptionRecorder = static (_, exception, ref tags) =>
        {
            tags.Add("exception.message", "");
            tags.Add("exception.stacktrace", exception.StackTrace ?? "");
        },
    };

    /// <param name="environment">Reads a variable; empty counts as absent.</param>
    public TraceExport(Func<string, string?> environment)
    {
        if (!IsWanted(environment))
            return;
        ActivitySource.AddActivityListener(_discretion);
        _provider = Build();
    }

    internal static bool IsWanted(Func<string, string?> environment) =>
        !string.Equals(environment("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(environment("OTEL_TRACES_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase)
        && (!string.IsNullOrEmpty(environment("OTEL_EXPORTER_OTLP_ENDPOINT")) || !string.IsNullOrEmpty(environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")));

    /// <summary>Sends the remaining spans.</summary>
    public void Dispose()
    {
        _provider?.Dispose();
        _discretion.Dispose();
    }

    private static TracerProvider Build()
    {
        var version = typeof(TraceExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService(ServiceName, serviceVersion: version)
                .AddTelemetrySdk()
                // Last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence.
                .AddEnvironmentVariableDetector())
            .AddSource(Sources)
            .AddOtlpExporter()
            .Build();
    }
}
