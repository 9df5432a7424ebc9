using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>One HTTP exchange with a service. The question is <c>{"ip":"…","device":"…","subject":"…"}</c>, with device and subject as the keyed hashes that the gateway counts by.</summary>
internal static class ServiceExchange
{
    private const int MaxAnswerInBytes = 64 * 1024;

    /// <summary>The most reasons to read; more than <see cref="ServiceAnswer.MaxCodes"/>, because duplicates are dropped.</summary>
    private const int MaxReasons = 4 * ServiceAnswer.MaxCodes;

    /// <returns>Null when the answer has no score of 0 to 100.</returns>
    public static async Task<ServiceAnswer?> AskAsync(HttpClient http, ExternalSource service, byte[] question, CancellationToken limit)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, service.Url) { Content = new ByteArrayContent(question) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (service.TokenFile is { } file)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(file, limit)).Trim());
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
        if (!response.IsSuccessStatusCode)
            return null;
        var answer = await ReadAsync(response, limit);
        return answer is not null && service.Score.FindText(answer) is { } text
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && score is >= 0 and <= 100
                ? new(score, ServiceAnswer.Cleaned(service.Reasons?.FindTexts(answer, MaxReasons) ?? []))
                : null;
    }

    public static byte[] Question(NetworkAddress? client, RequestTraits traits)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            if (client is { } address)
                writer.WriteString("ip", address.ToString());
            writer.WriteString("device", traits.Device.ToString());
            if (traits.Subject is { } subject)
                writer.WriteString("subject", subject.ToString());
            writer.WriteEndObject();
        }
        return json.WrittenSpan.ToArray();
    }

    /// <returns>Null when the answer is larger than <see cref="MaxAnswerInBytes"/>.</returns>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken limit)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(limit);
        var buffer = new byte[MaxAnswerInBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, limit);
        return length > MaxAnswerInBytes ? null : buffer[..length];
    }
}
