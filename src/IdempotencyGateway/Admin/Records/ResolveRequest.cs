using System.Text.Json;

namespace IdempotencyGateway.Admin.Records;

/// <summary>What an operator found out about a record in doubt.</summary>
/// <param name="Outcome"><c>executed</c>, with the answer that retries get in the other members, or <c>never-sent</c> without any of them.</param>
/// <param name="Status">200 to 599.</param>
/// <param name="Body">A JSON string is kept as its text, any other JSON value as JSON.</param>
/// <param name="BodyBase64">Instead of the body, for bytes that are not text.</param>
internal sealed record ResolveRequest(
    string Outcome, int? Status = null, Dictionary<string, OneOrMany>? Headers = null, JsonElement? Body = null, string? BodyBase64 = null);
