using System.Buffers;
using System.Globalization;
using System.Text.Json;
using IdempotencyGateway.Configuration;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Problems;

/// <summary>Answers with a problem (RFC 9457): JSON, or the same facts as plain text or gRPC status for clients that speak those.</summary>
public sealed class ProblemWriter(SnapshotSource snapshots, Telemetry.GatewayMetrics metrics, TimeProvider clock)
{
    private const int GrpcInvalidArgument = 3;
    private const int GrpcAborted = 10;
    private const int GrpcUnavailable = 14;

    /// <summary>Replaces whatever the response holds so far. Does nothing when the client already has the beginning of another answer.</summary>
    /// <param name="key">The client's key, where there was one.</param>
    public Task WriteAsync(HttpContext context, ProblemReply reply, string? key)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }
        metrics.ProblemTold(reply.Problem);
        response.Clear();
        var status = reply.Status ?? reply.Problem.Status;
        response.StatusCode = status;
        var type = $"{snapshots.Current.Problems.TypeBase}#{reply.Problem.Code}";
        response.Headers.Link = $"<{type}>; rel=\"describedby\"";
        response.Headers.CacheControl = "no-store";
        if (reply.RetryAfter is { } after)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (reply.CloseConnection && HttpProtocol.IsHttp11(context.Request.Protocol))
            response.Headers.Connection = "close";
        GuardedHeaders.Add(context, status: null, key);

        return PreferredForm(context.Request) switch
        {
            Form.Grpc => WriteGrpcAsync(response, reply),
            Form.PlainText => WriteTextAsync(response, reply),
            _ => WriteJsonAsync(response, reply, type, status, key),
        };
    }

    private enum Form
    {
        Json,
        PlainText,
        Grpc,
    }

    private static Form PreferredForm(HttpRequest request)
    {
        if (request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
            return Form.Grpc;
        var accept = request.Headers.Accept;
        return !StringValues.IsNullOrEmpty(accept)
            && accept.ToString() is var wanted
            && wanted.Contains("text/plain", StringComparison.OrdinalIgnoreCase)
            && !wanted.Contains("json", StringComparison.OrdinalIgnoreCase)
            ? Form.PlainText
            : Form.Json;
    }

    private Task WriteJsonAsync(HttpResponse response, ProblemReply reply, string type, int status, string? key)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteString("title", reply.Problem.Title);
            json.WriteNumber("status", status);
            json.WriteString("detail", reply.Detail);
            json.WriteString("instance", $"urn:uuid:{Guid.CreateVersion7(clock.GetUtcNow())}");
            json.WriteString("code", reply.Problem.Code);
            json.WriteBoolean("retryable", reply.Retryable ?? reply.Problem.Retryable);
            if (key is not null)
                json.WriteString("idempotency_key", key);
            if (reply.ProviderStatus is { } providerStatus)
                json.WriteNumber("provider_status", providerStatus);
            json.WriteEndObject();
        }
        return WriteBodyAsync(response, "application/problem+json", bytes.WrittenMemory);
    }

    private static Task WriteTextAsync(HttpResponse response, ProblemReply reply)
    {
        var text = $"{reply.Problem.Title} ({reply.Problem.Code})\n{reply.Detail}\n";
        return WriteBodyAsync(response, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A gRPC client reads the status of a call from grpc-status, sent as headers when there is no message (trailers-only).</summary>
    private static Task WriteGrpcAsync(HttpResponse response, ProblemReply reply)
    {
        var grpcStatus = reply.Problem.Status switch
        {
            400 or 401 or 413 or 422 => GrpcInvalidArgument,
            409 or 410 => GrpcAborted,
            _ => GrpcUnavailable,
        };
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = grpcStatus.ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString($"{reply.Problem.Code}: {reply.Detail}");
        return response.CompleteAsync();
    }

    private static async Task WriteBodyAsync(HttpResponse response, string contentType, ReadOnlyMemory<byte> body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.BodyWriter.WriteAsync(body);
    }
}
