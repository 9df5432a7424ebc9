using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace IdempotencyGateway.Admin;

/// <summary>Reads a request's JSON. What is wrong with it is told by its place, never by its text.</summary>
internal static class AdminBody
{
    /// <returns>The value, or why there is none.</returns>
    public static async Task<(T? Value, AdminRefusal? Refusal)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, new(AdminProblem.NotJson, "Send Content-Type: application/json."));
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted) is { } value
                ? (value, null)
                : (null, new(AdminProblem.NotReadable, "The body is null; /openapi.json says what belongs there."));
        }
        catch (JsonException e)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            return (null, new(AdminProblem.NotReadable, $"The body does not fit at {place}; /openapi.json says what belongs there."));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, new(AdminProblem.TooLarge, "The admin listener takes bodies up to 4 MB."));
        }
    }
}
