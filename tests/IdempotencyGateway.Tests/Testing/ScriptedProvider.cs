using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// An HTTP/1.1 provider over raw sockets that does what its script says and counts what reached it. The first delivery gets the first
/// step, the second the second, and every further one the last. Connections are served concurrently; the count is the truth that the
/// promise "sent at most once" is measured against, so it knows no retries, no methods and no content: a request counts once its head
/// has arrived whole.
/// </summary>
public sealed class ScriptedProvider : IAsyncDisposable
{
    private readonly ArrivalLog<Delivery> _deliveries = new("deliveries");
    private readonly LoopbackListener _listener;
    private readonly Step[] _script;
    private readonly string _scheme;
    private int _unreadRequests;

    private ScriptedProvider(ReadOnlySpan<Step> script, X509Certificate2? certificate)
    {
        _script = script.IsEmpty ? [Step.AfterBody.Answer(200)] : script.ToArray();
        _scheme = certificate is null ? "http" : "https";
        _listener = new LoopbackListener(
            (connection, number, cancellation) => new ProviderConnection(connection, number, this).Serve(cancellation), _deliveries.Fail, certificate);
        _listener.Start();
    }

    /// <summary>Where it listens, in its own scheme.</summary>
    public Uri Address => new($"{_scheme}://127.0.0.1:{_listener.Port}/");

    /// <summary>The same port under the other scheme: every TLS handshake with it fails.</summary>
    public Uri WrongSchemeAddress => new($"{(_scheme == "http" ? "https" : "http")}://127.0.0.1:{_listener.Port}/");

    /// <summary>All deliveries so far, in order of arrival.</summary>
    public IReadOnlyList<Delivery> Deliveries => _deliveries.All;

    /// <summary>TCP connections accepted so far, with or without a request.</summary>
    public int Connections => _listener.Accepted;

    /// <summary>Requests whose bytes met <see cref="Step.AwaitNextRequest"/>: in the socket, never read.</summary>
    public int UnreadRequests => Volatile.Read(ref _unreadRequests);

    /// <param name="script">One step a delivery, the last one for ever; empty means an empty 200 for ever.</param>
    public static ScriptedProvider Start(params ReadOnlySpan<Step> script) => new(script, certificate: null);

    /// <summary>The same behind TLS, with a certificate that nobody trusts.</summary>
    public static ScriptedProvider StartTls(params ReadOnlySpan<Step> script) => new(script, UntrustedCertificate.Instance);

    /// <summary>The <paramref name="count"/>-th delivery (the first is 1) once its head arrived.</summary>
    public Task<Delivery> Delivered(int count) => _deliveries.Reached(count);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    internal (Delivery Delivery, Step Step) Deliver(int connection, int ordinal, MessageHead head)
    {
        var delivery = new Delivery(connection, ordinal, head);
        var place = _deliveries.Add(delivery);
        return (delivery, _script[Math.Min(place, _script.Length) - 1]);
    }

    internal void CountUnreadRequest() => Interlocked.Increment(ref _unreadRequests);
}
