using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Problems;

/// <summary>
/// Counts the heads that are too large or too slow to become requests. The server below answers them by itself, with a status and nothing else: it tells of each, but clears whatever
/// header was set by then, so neither a body nor a Retry-After can be added short of a hand on everything that is written on every connection.
/// </summary>
public sealed class HeadRefusals : IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Refused = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";
    private readonly Telemetry.GatewayMetrics _metrics;
    private readonly IDisposable _subscription;

    public HeadRefusals(DiagnosticListener server, Telemetry.GatewayMetrics metrics)
    {
        _metrics = metrics;
        _subscription = server.Subscribe(this, static name => name == Refused);
    }

    public void OnNext(KeyValuePair<string, object?> told)
    {
        if (told.Value is IFeatureCollection refused
            && refused.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error
            && ProblemOf(error.StatusCode) is { } problem
            && refused.Get<IHttpResponseFeature>() is { HasStarted: false })
        {
            _metrics.ProblemTold(problem);
        }
    }

    public void OnError(Exception error)
    {
    }

    public void OnCompleted()
    {
    }

    public void Dispose() => _subscription.Dispose();

    private static GatewayProblem? ProblemOf(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => GatewayProblem.HeadSlow,
        StatusCodes.Status414UriTooLong => GatewayProblem.TargetTooLong,
        StatusCodes.Status431RequestHeaderFieldsTooLarge => GatewayProblem.HeadTooLarge,
        _ => null,
    };
}
