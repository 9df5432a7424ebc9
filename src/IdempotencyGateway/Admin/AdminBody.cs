using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace IdempotencyGateway.Admin;

/// <summary>Reads a request's JSON body. A mistake is reported by its position; the body is never quoted, because it may hold keys and credentials.</summary>
internal static class AdminBody
{
    /// <param name="answer">Handles the request once its body has been read.</param>
    public static async Task<IResult> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, Func<T, Task<IResult>> answer)
        where T : class
    {
        if (!request.HasJsonContentType())
            return new AdminRefusal(AdminProblem.NotJson, "Send Content-Type: application/json.");
        T? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync(request.Body, type, request.HttpContext.RequestAborted);
        }
        catch (JsonException e)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            return new AdminRefusal(AdminProblem.NotReadable, $"The body is not as expected at {place}; see /openapi.json.");
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return new AdminRefusal(AdminProblem.TooLarge, "The admin listener accepts bodies of up to 4 MB.");
        }
        return body is null ? new AdminRefusal(AdminProblem.NotReadable, "The body is null; see /openapi.json.") : await answer(body);
    }
}
