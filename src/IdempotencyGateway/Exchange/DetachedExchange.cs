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
    private readonly IHttpRequestLifetimeFeature? _clientLifetime;
    private readonly IHttpResetFeature? _clientReset;
    private readonly IHttpResponseTrailersFeature? _clientTrailers;
    private readonly IHttpRequestBodyDetectionFeature? _clientBodyDetection;
    private readonly IHttpResponseBodyFeature? _clientBody;

    private DetachedExchange(HttpContext context, ResponseTee tee, TimeSpan deadline, TimeProvider clock)
    {
        _features = context.Features;
        _deadline = new CancellationTokenSource(deadline, clock);
        RequestAborted = _deadline.Token;
        _clientLifetime = _features.Get<IHttpRequestLifetimeFeature>();
        _clientReset = _features.Get<IHttpResetFeature>();
        _clientTrailers = _features.Get<IHttpResponseTrailersFeature>();
        _clientBodyDetection = _features.Get<IHttpRequestBodyDetectionFeature>();
        _clientBody = _features.Get<IHttpResponseBodyFeature>();
        _features.Set<IHttpRequestLifetimeFeature>(this);
        _features.Set<IHttpResetFeature>(this);
        _features.Set<IHttpResponseTrailersFeature>(this);
        _features.Set<IHttpRequestBodyDetectionFeature>(this);
        _features.Set<IHttpResponseBodyFeature>(tee);
    }

    /// <summary>The route's deadline, in the client's place.</summary>
    public CancellationToken RequestAborted { get; set; }

    /// <summary>Where the client's answer really goes.</summary>
    public Stream ClientBody => _clientBody!.Stream;

    public bool DeadlinePassed => _deadline.IsCancellationRequested;

    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    /// <summary>YARP sees no body: the one-shot handler sends the gateway's own copy.</summary>
    public bool CanHaveBody => false;

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
        _features.Set(_clientLifetime);
        _features.Set(_clientReset);
        _features.Set(_clientTrailers);
        _features.Set(_clientBodyDetection);
        _features.Set(_clientBody);
        _deadline.Dispose();
    }
}
