using IdempotencyGateway.Recording;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// Detaches the call to the provider from the client, by replacing the request's connection features: YARP is cancelled by the route's deadline and not by a client that
/// disconnects, its aborts have no effect, and its response goes to <see cref="ResponseTee"/>, so that no client sees an answer before it is recorded. Dispose restores the features.
/// </summary>
internal sealed class DetachedExchange :
    IHttpRequestLifetimeFeature, IHttpResetFeature, IHttpResponseTrailersFeature, IHttpRequestBodyDetectionFeature, IDisposable
{
    private readonly IFeatureCollection _features;
    private readonly CancellationTokenSource _deadline;
    private readonly object? _clientLifetime;
    private readonly object? _clientReset;
    private readonly object? _clientTrailers;
    private readonly object? _clientBodyDetection;
    private readonly object? _clientBody;

    private DetachedExchange(HttpContext context, ResponseTee tee, TimeSpan deadline, TimeProvider clock)
    {
        _features = context.Features;
        _deadline = new CancellationTokenSource(deadline > TimeSpan.Zero ? deadline : TimeSpan.Zero, clock);
        RequestAborted = _deadline.Token;
        _clientLifetime = Replace(typeof(IHttpRequestLifetimeFeature), this);
        _clientReset = Replace(typeof(IHttpResetFeature), this);
        _clientTrailers = Replace(typeof(IHttpResponseTrailersFeature), this);
        _clientBodyDetection = Replace(typeof(IHttpRequestBodyDetectionFeature), this);
        _clientBody = Replace(typeof(IHttpResponseBodyFeature), tee);
    }

    /// <summary>Cancelled by the route's deadline.</summary>
    public CancellationToken RequestAborted { get; set; }

    /// <summary>The response stream of the client's connection.</summary>
    public Stream ClientBody => ((IHttpResponseBodyFeature)_clientBody!).Stream;

    public bool DeadlinePassed => _deadline.IsCancellationRequested;

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>False, so that YARP sends no body: <see cref="Forwarding.OneShotHandler"/> sends the gateway's buffered copy.</summary>
    public bool CanHaveBody => false;

    /// <param name="deadline">The time that remains. Zero or less when the deadline has passed already.</param>
    public static DetachedExchange Begin(HttpContext context, ResponseTee tee, TimeSpan deadline, TimeProvider clock) =>
        new(context, tee, deadline, clock);

    /// <summary>YARP aborts the client's connection when an answer breaks off. Here the client has seen none of it; the settlement decides what it gets.</summary>
    public void Abort()
    {
    }

    public void Reset(int errorCode)
    {
    }

    public void Dispose()
    {
        _features[typeof(IHttpRequestLifetimeFeature)] = _clientLifetime;
        _features[typeof(IHttpResetFeature)] = _clientReset;
        _features[typeof(IHttpResponseTrailersFeature)] = _clientTrailers;
        _features[typeof(IHttpRequestBodyDetectionFeature)] = _clientBodyDetection;
        _features[typeof(IHttpResponseBodyFeature)] = _clientBody;
        _deadline.Dispose();
    }

    /// <summary>Uses the indexer by type: the generic accessors cost Kestrel one more look-up on each of the fifteen accesses.</summary>
    private object? Replace(Type feature, object? other)
    {
        var before = _features[feature];
        _features[feature] = other;
        return before;
    }
}
