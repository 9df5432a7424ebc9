using System.Text.Json;
using SimulatedProvider.Exchange;
using SimulatedProvider.Ids;

namespace SimulatedProvider.Checks;

/// <summary><c>POST /v3/id-verification/</c> and <c>POST /v3/face-match/</c>: images as multipart, up to 5 MB each.</summary>
internal sealed class ImageCheck(RequestIds requests, string kind) : Operation
{
    private static readonly Answer Broken = Answers.Detail(400, "Multipart form parse error.");

    private MultipartUpload? _upload;

    public override async ValueTask ReceiveAsync(HttpRequest request) => _upload = await MultipartUpload.ReadAsync(request);

    public override Answer Execute() => _upload switch
    {
        MultipartUpload.Received received => Accept(received.Parts),
        MultipartUpload.TooLarge => Answers.TooLarge,
        MultipartUpload.Malformed => Broken,
        _ => throw new InvalidOperationException($"no answer to {_upload?.GetType().Name ?? "an upload that was not received"}"),
    };

    private Answer Accept(IReadOnlyList<UploadedPart> parts)
    {
        using (var json = new Utf8JsonWriter(Output, JsonStyle.Readable))
        {
            json.WriteStartObject();
            json.WriteString("request_id", requests.Next());
            json.WriteStartObject(kind);
            json.WriteString("status", "Approved");
            json.WriteEndObject();
            json.WriteStartArray("parts");
            foreach (var part in parts)
            {
                json.WriteStartObject();
                json.WriteString("name", part.Name);
                json.WriteString("file_name", part.FileName);
                json.WriteString("content_type", part.ContentType);
                json.WriteNumber("size", part.SizeInBytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return new Answer(200, Output.Written, HadEffect: true);
    }
}
