using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace IdempotencyGateway.Tests.Testing.Http2;

/// <summary>
/// An HTTP/2 provider (cleartext with prior knowledge, or TLS) over raw sockets and frames, the counterpart of <see cref="ScriptedProvider"/>. It counts
/// HEADERS and complete requests separately, because the HEADERS may arrive long before the end of the body. The first delivery gets the first step, the
/// second the second, and every further one the last.
/// </summary>
public sealed class ScriptedHttp2Provider : IAsyncDisposable
{
    private readonly ArrivalLog<Http2Delivery> _deliveries = new("HEADERS");
    private readonly ArrivalLog<Http2Delivery> _completed = new("complete requests");
    private readonly LoopbackListener _listener;
    private readonly Http2Step[] _script;

    private readonly string _scheme;

    private ScriptedHttp2Provider(ReadOnlySpan<Http2Step> script, X509Certificate2? certificate)
    {
        _scheme = certificate is null ? "http" : "https";
        _script = script.IsEmpty ? [Http2Step.AfterBody.Answer(200)] : script.ToArray();
        _listener = new LoopbackListener(Serve, Fail, certificate, SslApplicationProtocol.Http2);
        _listener.Start();
    }

    public Uri Address => new($"{_scheme}://127.0.0.1:{_listener.Port}/");

    /// <summary>Every request whose HEADERS arrived, in the order of the HEADERS.</summary>
    public IReadOnlyList<Http2Delivery> Deliveries => _deliveries.All;

    /// <summary>Every request whose END_STREAM arrived, in the order of the END_STREAMs.</summary>
    public IReadOnlyList<Http2Delivery> CompleteRequests => _completed.All;

    /// <summary>TCP connections accepted so far.</summary>
    public int Connections => _listener.Accepted;

    /// <param name="script">One step per delivery; the last step repeats. An empty script answers every request with an empty 200.</param>
    public static ScriptedHttp2Provider Start(params ReadOnlySpan<Http2Step> script) => new(script, certificate: null);

    /// <summary>Starts a provider behind TLS, with HTTP/2 in ALPN, under the self-signed <see cref="UntrustedCertificate"/>.</summary>
    public static ScriptedHttp2Provider StartTls(params ReadOnlySpan<Http2Step> script) => new(script, UntrustedCertificate.Instance);

    /// <summary>Waits for the HEADERS of the <paramref name="count"/>-th delivery (the first is 1).</summary>
    public Task<Http2Delivery> Delivered(int count) => _deliveries.Reached(count);

    /// <summary>Waits for the END_STREAM of the <paramref name="count"/>-th complete request (the first is 1).</summary>
    public Task<Http2Delivery> Completed(int count) => _completed.Reached(count);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    internal Http2Step Deliver(Http2Delivery delivery) => _script[Math.Min(_deliveries.Add(delivery), _script.Length) - 1];

    internal void Complete(Http2Delivery delivery) => _completed.Add(delivery);

    private async Task Serve(RawConnection connection, int number, CancellationToken cancellation)
    {
        using var served = new Http2ProviderConnection(connection, number, this);
        await served.Serve(cancellation);
    }

    private void Fail(Exception bug)
    {
        _deliveries.Fail(bug);
        _completed.Fail(bug);
    }
}
