using IdempotencyGateway.Exchange;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Forwarding;

/// <summary>
/// One attempt to forward a guarded request: what is to be sent, and what was seen of it on the way down and back. What stands below YARP
/// finds it in the request's options and writes the evidence; <see cref="ForwardOutcomeReader"/> reads it.
/// </summary>
public sealed class ForwardAttempt(SpooledBody body)
{
    /// <summary>How the attempt travels with its <see cref="HttpRequestMessage"/>.</summary>
    public static readonly HttpRequestOptionsKey<ForwardAttempt> OptionsKey = new("IdempotencyGateway.ForwardAttempt");

    private int _handed;
    private int _begun;

    public SpooledBody Body { get; } = body;

    /// <summary>Whose attempt it is; null for a request without a key, of which nothing but the body is the gateway's business.</summary>
    public GuardedRequest? Guarded { get; init; }

    /// <summary>The request was handed to the HTTP client.</summary>
    public bool WasHanded => Volatile.Read(ref _handed) != 0;

    /// <summary>The HTTP client began to write the request's head; until then nothing can have left, on HTTP/1.1 and HTTP/2 alike.</summary>
    public bool WasBegun => Volatile.Read(ref _begun) != 0;

    /// <summary>The provider's status line, once it arrived.</summary>
    public int? Status { get; set; }

    /// <summary>The length the provider announced for its answer's body, in bytes; null when it announced none or there is no body.</summary>
    public long? AnnouncedLength { get; set; }

    /// <summary>The answer's end was only the end of the connection, so a cut cannot be told from an end.</summary>
    public bool EndsWithConnection { get; set; }

    /// <summary>The answer, where gRPC says in it what came of the call; null for others.</summary>
    internal GrpcAnswer? Grpc { get; set; }

    /// <returns>False when it was handed over before: it must not be handed over again.</returns>
    public bool TryHand() => Interlocked.Exchange(ref _handed, 1) == 0;

    /// <returns>False when its head was begun before: this one must not leave.</returns>
    public bool TryBegin() => Interlocked.Exchange(ref _begun, 1) == 0;
}
