using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing;

/// <summary>
/// An HTTP/1.1 provider over raw sockets that follows a script and counts the requests that reach it. The first delivery gets the first
/// step, the second the second, and every further one the last. Connections are served concurrently. Tests of "sent at most once"
/// rely on the count, so every request counts as soon as its head is complete, whatever its method or content and whether or not it is a
/// retry.
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

    public Uri Address => new($"{_scheme}://127.0.0.1:{_listener.Port}/");

    /// <summary>The same port under the other scheme (http instead of https or vice versa): no TLS handshake succeeds.</summary>
    public Uri WrongSchemeAddress => new($"{(_scheme == "http" ? "https" : "http")}://127.0.0.1:{_listener.Port}/");

    /// <summary>All deliveries so far, in order of arrival.</summary>
    public IReadOnlyList<Delivery> Deliveries => _deliveries.All;

    /// <summary>TCP connections accepted so far, with or without a request.</summary>
    public int Connections => _listener.Accepted;

    /// <summary>Requests that arrived during <see cref="Step.AwaitNextRequest"/> and were left unread in the socket.</summary>
    public int UnreadRequests => Volatile.Read(ref _unreadRequests);

    /// <param name="script">One step per delivery; the last step repeats. An empty script answers every request with an empty 200.</param>
    public static ScriptedProvider Start(params ReadOnlySpan<Step> script) => new(script, certificate: null);

    /// <summary>Starts a provider behind TLS, under the self-signed <see cref="UntrustedCertificate"/>.</summary>
    public static ScriptedProvider StartTls(params ReadOnlySpan<Step> script) => new(script, UntrustedCertificate.Instance);

    /// <summary>Waits for the <paramref name="count"/>-th delivery (the first is 1).</summary>
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
