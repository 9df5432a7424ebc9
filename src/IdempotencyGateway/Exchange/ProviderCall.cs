using System.Buffers;
using IdempotencyGateway.Claims;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Exchange;

/// <summary>
/// One call to the provider on behalf of a won claim: forwards once, detached from the client, and reads the outcome. The answer is buffered until it is settled. If it exceeds the
/// route's cap or the memory for answers, a tombstone is recorded first, and the answer then streams through to the client.
/// </summary>
internal sealed partial class ProviderCall : IDisposable
{
    // Not allowed in a field value (RFC 9110 §5.5). Characters beyond ASCII are obs-text, which is allowed.
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, ' ').Where(code => code != '\t').Select(code => (char)code), '\x7F']);

    private readonly HttpContext _context;
    private readonly GuardedRequest _request;
    private readonly Claim _claim;
    private readonly ResponseRecorder _recorder;
    private readonly TimeSpan _deadline;
    private readonly TimeProvider _clock;
    private readonly ResponseTee _tee;
    private readonly ForwardAttempt _attempt;
    private DetachedExchange? _detached;

    /// <param name="deadline">What remains of the route's deadline.</param>
    public ProviderCall(
        HttpContext context, GuardedRequest request, Claim claim, TimeSpan deadline, AnswerBudget answers, ResponseRecorder recorder, TimeProvider clock)
    {
        _deadline = deadline;
        _context = context;
        _request = request;
        _claim = claim;
        _recorder = recorder;
        _clock = clock;
        _attempt = new(RiskFeature.BodyOver(context, request.Report.Route.Profile, request.Body)) { Guarded = request };
        _tee = new(Policy.Record.MaxBodyBytes, answers, StreamThroughAsync);
    }

    /// <summary>The answer exceeded its limits: its beginning has gone to the client, after its tombstone was recorded if its status is final.</summary>
    public bool StreamedThrough => _tee.Overflowed;

    /// <summary>The result of recording the tombstone of an answer that streamed through; null when none was due.</summary>
    public RecordingResult? Tombstone { get; private set; }

    public ReadOnlyMemory<byte> Body => _tee.Held;

    public IHeaderDictionary Trailers { get; private set; } = new HeaderDictionary();

    private IdempotencyPolicy Policy => _request.Route.Policy;

    public async Task<ForwardOutcome> RunAsync(RequestDelegate next, ILogger logger)
    {
        _context.Features.Set(_attempt);
        using var detached = _detached = DetachedExchange.Begin(_context, _tee, _deadline, _clock);
        try
        {
            using (_request.Report.Forward())
                await next(_context);
        }
        catch (Exception e) when (_attempt.WasHandedOver)
        {
            // A bug in this process, after the request may have been sent: the outcome is unknown.
            LogForwardingThrew(logger, e, _claim.Ticket.Key.ToString());
            return new ForwardOutcome.Unknown(e.GetType().Name, _attempt.Status, detached.DeadlinePassed);
        }
        Trailers = Writable(detached.Trailers);
        return ForwardOutcomeReader.Read(_context, _attempt, _tee.Received, detached.DeadlinePassed);
    }

    public void Dispose() => _tee.Dispose();

    private async Task<Stream> StreamThroughAsync(ReadOnlyMemory<byte> beginning, TombstoneReason reason)
    {
        var status = _context.Response.StatusCode;
        if (Policy.Record.Settlement.Final.Contains(status))
        {
            // For gRPC, the HTTP status does not tell whether a deletion succeeded; the status in the trailers does, and it has not arrived yet.
            var claim = _attempt.Grpc is null ? _claim.Answered(status) : _claim;
            Tombstone = await _recorder.RecordTombstoneAsync(claim, _request.Report.Risk, reason, status);
            // Duplicates get only the tombstone, so they need not wait for the rest of the stream.
            _claim.Leader.Publish(new LeaderResult.Answered(Tombstone.Answer, Tombstone.Expires));
        }
        GuardedHeaders.Add(
            _context, Tombstone is { Recorded: false } ? GuardedHeaders.Unrecorded : GuardedHeaders.Executed, _request.KeyAsSent);
        if (Policy.Record.ShowExpiry)
            GuardedHeaders.AddExpiry(_context, Tombstone?.Expires);
        _context.Response.Headers.TransferEncoding = default;
        var client = _detached!.ClientBody;
        await client.WriteAsync(beginning);
        return client;
    }

    /// <summary>
    /// Removes trailers that contain control characters. The HTTP client accepts them and Kestrel throws on them: after the answer is recorded, and again on every replay.
    /// </summary>
    private static IHeaderDictionary Writable(IHeaderDictionary trailers)
    {
        if (trailers.Count == 0)
            return trailers;
        foreach (var name in trailers.Where(trailer => trailer.Value.Any(HasControls)).Select(trailer => trailer.Key).ToArray())
            trailers.Remove(name);
        return trailers;
    }

    private static bool HasControls(string? value) => value.AsSpan().ContainsAny(Controls);

    [LoggerMessage(EventIds.ForwardingThrew, LogLevel.Error, "Forwarding failed unexpectedly for record {StorageKey}; its outcome is treated as unknown")]
    private static partial void LogForwardingThrew(ILogger logger, Exception exception, string storageKey);
}
