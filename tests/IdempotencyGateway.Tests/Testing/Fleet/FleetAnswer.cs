using System.Net;

namespace IdempotencyGateway.Tests.Testing.Fleet;

/// <summary>What a client of a fleet was told, and the body it came with.</summary>
internal sealed record FleetAnswer(FleetOutcome Outcome, string Body)
{
    /// <summary>The client has the provider's answer.</summary>
    public bool IsAnswered => Outcome is FleetOutcome.Executed or FleetOutcome.Replayed or FleetOutcome.Unrecorded;

    /// <summary>Nobody may lose it any more.</summary>
    public bool IsRecorded => Outcome is FleetOutcome.Executed or FleetOutcome.Replayed;

    /// <summary>Asking again soon tells nothing else.</summary>
    public bool IsFinal => IsAnswered || Outcome == FleetOutcome.InDoubt;

    /// <exception cref="InvalidOperationException">An answer that no gateway may give here.</exception>
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
