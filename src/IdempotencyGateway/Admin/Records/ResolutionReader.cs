using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Admin.Records;

/// <summary>Turns an operator's request into a resolution, or says what is wrong with it.</summary>
internal static class ResolutionReader
{
    public const string Executed = "executed";
    public const string NeverSent = "never-sent";

    /// <param name="now">Becomes the time at which the answer was recorded.</param>
    /// <returns>The resolution, or why there is none.</returns>
    public static (DoubtResolution? Resolution, string? Wrong) Read(ResolveRequest request, DateTimeOffset now) => request switch
    {
        { Outcome: NeverSent, Status: null, Headers: null, Body: null, BodyBase64: null } => (DoubtResolution.NeverSent.Instance, null),
        { Outcome: NeverSent } => (null, "A request that was never sent has no answer: leave out status, headers and body."),
        { Outcome: not Executed } => (null, "outcome must be executed or never-sent."),
        { Status: not (>= 200 and <= 599) } => (null, "status must say what the provider answered, from 200 to 599."),
        { Body: not null, BodyBase64: not null } => (null, "Write body or bodyBase64, not both."),
        _ => ReadExecuted(request, now),
    };

    private static (DoubtResolution? Resolution, string? Wrong) ReadExecuted(ResolveRequest request, DateTimeOffset now)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, given) in request.Headers ?? [])
        {
            if (!HttpToken.IsValid(name) || !RecordableHeaders.Default.Keeps(name))
                return (null, "headers has a name that is not a valid header name, or that is never kept with an answer (framing, cookies, challenges).");
            if (given.Values.Any(value => value.Any(c => c is (< ' ' and not '\t') or '\x7f' or > '\xff')))
                return (null, "headers has a value with a control character, or one beyond Latin-1.");
            headers.AddRange(given.Values.Select(value => new KeyValuePair<string, string>(name, value)));
        }
        var isJson = request.Body is { ValueKind: not JsonValueKind.String };
        if (isJson && !headers.Exists(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)))
            headers.Add(new("Content-Type", "application/json"));
        return TryReadBody(request, out var body)
            ? (new DoubtResolution.Executed(RecordCodec.Encode(new RecordedResponse(request.Status!.Value, now, headers, body, []))), null)
            : (null, "bodyBase64 is not base64.");
    }

    private static bool TryReadBody(ResolveRequest request, out byte[] body)
    {
        body = request.Body switch
        {
            { ValueKind: JsonValueKind.String } text => Encoding.UTF8.GetBytes(text.GetString()!),
            { } json => Encoding.UTF8.GetBytes(json.GetRawText()),
            null => [],
        };
        if (request.BodyBase64 is not { } encoded)
            return true;
        body = new byte[encoded.Length];
        var isBase64 = Convert.TryFromBase64String(encoded, body, out var length);
        Array.Resize(ref body, length);
        return isBase64;
    }
}
