using IdempotencyGateway.Recording;
using Microsoft.AspNetCore.Http.Features;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// While the provider is asked, stands in the client's place: YARP's cancellation becomes the route's deadline, its aborts and its response end here.
/// A client that hangs up changes nothing; nobody sees an answer before it is recorded. Dispose puts the client back.
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

    /// <summary>The route's deadline, in the client's place.</summary>
    public CancellationToken RequestAborted { get; set; }

    /// <summary>Where the client's answer really goes.</summary>
    public Stream ClientBody => ((IHttpResponseBodyFeature)_clientBody!).Stream;

    public bool DeadlinePassed => _deadline.IsCancellationRequested;

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>YARP sees no body: the one-shot handler sends the gateway's own copy.</summary>
    public bool CanHaveBody => false;

    /// <param name="deadline">What is left until it; may have passed while the store was asked.</param>
    public static DetachedExchange Begin(HttpContext context, ResponseTee tee, TimeSpan deadline, TimeProvider clock) =>
        new(context, tee, deadline, clock);

    /// <summary>YARP aborts a client that has seen half an answer. Here nobody has, and what is recorded decides.</summary>
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

    /// <summary>By its type as a value: by a type parameter each of the fifteen would cost the server a look-up more.</summary>
    private object? Replace(Type feature, object? other)
    {
        var before = _features[feature];
        _features[feature] = other;
        return before;
    }
}
