using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry;
using Microsoft.Extensions.Primitives;

namespace IdempotencyGateway.Problems;

/// <summary>Writes a problem (RFC 9457) as the response: as JSON, as plain text or as a gRPC status, depending on the client.</summary>
public sealed class ProblemWriter(SnapshotSource snapshots, GatewayMetrics metrics, TimeProvider clock)
{
    /// <summary>Replaces everything set on the response so far. If the response has started already, aborts the connection instead.</summary>
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
        if (reply.Challenge is not null)
            response.Headers.WWWAuthenticate = reply.Challenge;
        if (reply.Allow is not null)
            response.Headers.Allow = reply.Allow;
        if (reply.CloseConnection && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol)))
            response.Headers.Connection = "close";
        GuardedHeaders.Add(context, reply.IdempotencyStatus, key);
        var instance = Guid.CreateVersion7(clock.GetUtcNow());
        context.Features.Get<ExchangeReport>()?.Problem = instance;

        var facts = new ProblemFacts(
            type, reply.Problem.Title, status, reply.Detail, $"urn:uuid:{instance}",
            reply.Problem.Code, reply.Retryable ?? reply.Problem.Retryable, key, reply.ProviderStatus,
            reply.ProviderBodyDigest is { } digest ? $"sha-256=:{Convert.ToBase64String(digest.ToArray())}:" : null);
        return PreferredForm(context.Request) switch
        {
            Form.Grpc => WriteGrpcAsync(response, facts, reply.Problem.Grpc),
            Form.PlainText => WriteTextAsync(response, facts),
            _ => WriteJsonAsync(response, facts),
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

    private static Task WriteJsonAsync(HttpResponse response, ProblemFacts facts)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type", facts.Type);
            json.WriteString("title", facts.Title);
            json.WriteNumber("status", facts.Status);
            json.WriteString("detail", facts.Detail);
            json.WriteString("instance", facts.Instance);
            json.WriteString("code", facts.Code);
            json.WriteBoolean("retryable", facts.Retryable);
            if (facts.Key is not null)
                json.WriteString("idempotency_key", facts.Key);
            if (facts.ProviderStatus is { } providerStatus)
                json.WriteNumber("provider_status", providerStatus);
            if (facts.ProviderBodyDigest is not null)
                json.WriteString("provider_body_digest", facts.ProviderBodyDigest);
            json.WriteEndObject();
        }
        return WriteBodyAsync(response, "application/problem+json", bytes.WrittenMemory);
    }

    private static Task WriteTextAsync(HttpResponse response, ProblemFacts facts)
    {
        var text = $"{facts.Title}\n{facts.Detail}\n\ncode: {facts.Code}\n{Lines(facts)}";
        return WriteBodyAsync(response, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The members of the problem as lines, for text and gRPC.</summary>
    private static string Lines(ProblemFacts facts)
    {
        var lines = new StringBuilder($"retryable: {(facts.Retryable ? "true" : "false")}\n");
        if (facts.Key is not null)
            lines.Append($"idempotency_key: {facts.Key}\n");
        if (facts.ProviderStatus is { } providerStatus)
            lines.Append(CultureInfo.InvariantCulture, $"provider_status: {providerStatus}\n");
        if (facts.ProviderBodyDigest is not null)
            lines.Append($"provider_body_digest: {facts.ProviderBodyDigest}\n");
        return lines.Append($"instance: {facts.Instance}\n").ToString();
    }

    /// <summary>Writes a trailers-only gRPC response: grpc-status and grpc-message as headers, and no body.</summary>
    private static Task WriteGrpcAsync(HttpResponse response, ProblemFacts facts, GrpcCode code)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString($"{facts.Code}: {facts.Detail}\n{Lines(facts)}".TrimEnd());
        return response.CompleteAsync();
    }

    private static async Task WriteBodyAsync(HttpResponse response, string contentType, ReadOnlyMemory<byte> body)
    {
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
            await response.BodyWriter.WriteAsync(body);
    }

    /// <summary>The content that all three forms carry.</summary>
    private sealed record ProblemFacts(
        string Type, string Title, int Status, string Detail, string Instance, string Code, bool Retryable, string? Key, int? ProviderStatus,
        string? ProviderBodyDigest);
}
