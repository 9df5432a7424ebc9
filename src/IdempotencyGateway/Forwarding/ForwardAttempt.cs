using System.Net;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// One attempt to forward a guarded request: what is to be sent, and what was seen of it on the way down and back. The handler below YARP
/// finds it in the request's options and writes the evidence; <see cref="ForwardOutcomeReader"/> reads it.
/// </summary>
public sealed class ForwardAttempt(SpooledBody body)
{
    /// <summary>How the attempt travels with its <see cref="HttpRequestMessage"/>.</summary>
    public static readonly HttpRequestOptionsKey<ForwardAttempt> OptionsKey = new("IdempotencyGateway.ForwardAttempt");

    private int _handed;

    public SpooledBody Body { get; } = body;

    /// <summary>The request was handed to the HTTP client; until then nothing can have left.</summary>
    public bool WasHanded => Volatile.Read(ref _handed) != 0;

    /// <summary>The HTTP client began to write the body. On HTTP/1.1 it writes nothing before that.</summary>
    public bool ContentStarted { get; set; }

    /// <summary>The HTTP version the request was pinned to.</summary>
    public Version? PinnedVersion { get; set; }

    /// <summary>The provider's status line, once it arrived.</summary>
    public int? Status { get; set; }

    /// <summary>The answer's end was only the end of the connection, so a cut cannot be told from an end.</summary>
    public bool EndsWithConnection { get; set; }

    /// <returns>False when it was handed over before: it must not be handed over again.</returns>
    public bool TryHand() => Interlocked.Exchange(ref _handed, 1) == 0;

    public bool StartedNothingOnHttp11 => !ContentStarted && PinnedVersion == HttpVersion.Version11;
}
