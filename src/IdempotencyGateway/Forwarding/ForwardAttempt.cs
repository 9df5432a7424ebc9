using IdempotencyGateway.Exchange;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// One attempt to forward a request from the gateway's copy of its body: what is to be sent, and evidence of how far it got. The handlers below YARP find it in the
/// <see cref="HttpRequestMessage"/>'s options and write the evidence; <see cref="ForwardOutcomeReader"/> reads it.
/// </summary>
public sealed class ForwardAttempt(SpooledBody body)
{
    /// <summary>The option under which a message carries its attempt.</summary>
    public static readonly HttpRequestOptionsKey<ForwardAttempt> OptionsKey = new("IdempotencyGateway.ForwardAttempt");

    private int _handedOver;
    private int _begun;

    public SpooledBody Body { get; } = body;

    /// <summary>The guarded request; null for one without a key, of which the gateway only buffered the body.</summary>
    public GuardedRequest? Guarded { get; init; }

    /// <summary>The request was handed to the HTTP client.</summary>
    public bool WasHandedOver => Volatile.Read(ref _handedOver) != 0;

    /// <summary>The HTTP client began to write the request's head. Before that, nothing can have been sent, on HTTP/1.1 and HTTP/2 alike.</summary>
    public bool WasBegun => Volatile.Read(ref _begun) != 0;

    /// <summary>The provider's status line, once it arrived.</summary>
    public int? Status { get; set; }

    /// <summary>The Content-Length of the provider's answer, in bytes; null when it has none or cannot have a body.</summary>
    public long? AnnouncedLength { get; set; }

    /// <summary>Only the end of the connection marks the end of the answer's body, so a truncated answer looks like a complete one.</summary>
    public bool EndsWithConnection { get; set; }

    /// <summary>The answer, if it is gRPC; else null.</summary>
    internal GrpcAnswer? Grpc { get; set; }

    /// <returns>False when the request was handed over before. It must then not be handed over again.</returns>
    public bool TryHandOver() => Interlocked.Exchange(ref _handedOver, 1) == 0;

    /// <returns>False when a head was begun before. The second one must then not be sent.</returns>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;
}
