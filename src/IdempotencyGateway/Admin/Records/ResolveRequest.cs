using System.Text.Json;

namespace IdempotencyGateway.Admin.Records;

/// <summary>What an operator found out about a record in doubt.</summary>
/// <param name="Outcome"><c>executed</c>, with the answer that retries get, or <c>never-sent</c>, and nothing else.</param>
/// <param name="Status">200 to 599.</param>
/// <param name="Body">Text as it is; any other JSON value is kept as JSON.</param>
/// <param name="BodyBase64">In the body's place, for bytes that are not text.</param>
internal sealed record ResolveRequest(
    string Outcome, int? Status = null, Dictionary<string, OneOrMany>? Headers = null, JsonElement? Body = null, string? BodyBase64 = null);
