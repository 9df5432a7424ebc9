using System.Net;

namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>The outcome that a client of a fleet observed, with the response body.</summary>
internal sealed record FleetAnswer(FleetOutcome Outcome, string Body)
{
    /// <summary>Whether the client got the provider's answer.</summary>
    public bool IsAnswered => Outcome is FleetOutcome.Executed or FleetOutcome.Replayed or FleetOutcome.Unrecorded;

    /// <summary>Whether the answer is durably recorded, so that every later request must get it.</summary>
    public bool IsRecorded => Outcome is FleetOutcome.Executed or FleetOutcome.Replayed;

    /// <summary>Whether the client stops retrying.</summary>
    public bool IsFinal => IsAnswered || Outcome == FleetOutcome.InDoubt;

    /// <exception cref="InvalidOperationException">The gateway gave an answer that it must not give here.</exception>
    public static async Task<FleetAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStringAsync(cancellation);
        var said = response.Headers.TryGetValues("Idempotency-Status", out var values) ? values.Single() : "";
        return new((response.StatusCode, said) switch
        {
            (HttpStatusCode.Created, "executed") => FleetOutcome.Executed,
            (HttpStatusCode.Created, "replayed") => FleetOutcome.Replayed,
            (HttpStatusCode.Created, "unrecorded") => FleetOutcome.Unrecorded,
            (HttpStatusCode.Conflict, _) when Says("outcome-unknown") => FleetOutcome.InDoubt,
            (HttpStatusCode.Conflict, _) when Says("request-in-progress") => FleetOutcome.InProgress,
            (HttpStatusCode.ServiceUnavailable, _) when Says("store-unavailable") => FleetOutcome.Refused,
            _ => throw new InvalidOperationException($"{response.StatusCode} {said}: {body}"),
        }, body);

        bool Says(string code) => body.Contains(code, StringComparison.Ordinal);
    }
}
