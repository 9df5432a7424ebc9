using System.Net;
using System.Text;
using System.Text.Json;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class CheckRoutesTests : ProviderTest
{
    private const int FiveMegabytes = 5 * 1024 * 1024;

    [Theory]
    [InlineData("/v3/id-verification/", "id_verification")]
    [InlineData("/v3/face-match/", "face_match")]
    public async Task An_upload_is_answered_with_a_request_id_and_its_parts(string path, string kind)
    {
        using var form = new MultipartFormDataContent
        {
            { Image(FiveMegabytes), "front_image", "front.jpg" },
            { new StringContent("user-1"), "vendor_data" },
        };

        var answer = await ProviderClient.ReadAsync(HttpStatusCode.OK, Client.SendAsync(HttpMethod.Post, path, form, []));

        Assert.NotEqual(Guid.Empty, answer.GetProperty("request_id").GetGuid());
        Assert.Equal("Approved", answer.GetProperty(kind).GetProperty("status").GetString());
        var parts = answer.GetProperty("parts").EnumerateArray().ToArray();
        Assert.Equal(["front_image", "vendor_data"], parts.Select(part => part.GetProperty("name").GetString()), StringComparer.Ordinal);
        Assert.Equal([FiveMegabytes, 6], parts.Select(part => part.GetProperty("size").GetInt32()));
        Assert.Equal("front.jpg", parts[0].GetProperty("file_name").GetString());
        Assert.Equal(JsonValueKind.Null, parts[1].GetProperty("file_name").ValueKind);
        Assert.Equal(1, Executions.Total);
    }

    [Fact]
    public async Task An_image_over_five_megabytes_is_too_large()
    {
        using var form = new MultipartFormDataContent { { Image(FiveMegabytes + 1), "front_image", "front.jpg" } };

        await ProviderClient.ReadAsync(
            HttpStatusCode.RequestEntityTooLarge, Client.SendAsync(HttpMethod.Post, "/v3/id-verification/", form, []));

        Assert.Equal(0, Executions.Total);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nno name\r\n--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "")]
    [InlineData("multipart/form-data", "--b\r\n\r\n\r\n--b--\r\n")]
    [InlineData("application/json", "{}")]
    public async Task Broken_multipart_is_refused(string contentType, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        await ProviderClient.ReadAsync(
            HttpStatusCode.BadRequest, Client.SendAsync(HttpMethod.Post, "/v3/face-match/", content, []));

        Assert.Equal(0, Executions.Total);
    }

    [Theory]
    [InlineData("Alexander Sample", 0)]
    [InlineData("Alexander Sanctioned", 1)]
    public async Task A_screening_lists_its_hits(string name, int hits)
    {
        var answer = await ProviderClient.ReadAsync(
            HttpStatusCode.OK, Client.SendAsync(HttpMethod.Post, "/v3/aml/", $$"""{"full_name":"{{name}}"}"""));

        Assert.Equal(hits, answer.GetProperty("aml").GetProperty("total_hits").GetInt32());
        Assert.Equal(hits, answer.GetProperty("aml").GetProperty("hits").GetArrayLength());
    }

    [Fact]
    public async Task A_screening_needs_a_name()
    {
        var refusal = await ProviderClient.ReadAsync(
            HttpStatusCode.BadRequest, Client.SendAsync(HttpMethod.Post, "/v3/aml/", """{"full_name":3}"""));

        Assert.Equal("This field is required.", refusal.GetProperty("full_name")[0].GetString());
    }

    private static ByteArrayContent Image(int size) => new(new byte[size]);
}
