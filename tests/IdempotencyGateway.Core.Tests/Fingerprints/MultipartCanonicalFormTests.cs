using System.Text;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Tests.Fingerprints.Data;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

public sealed class MultipartCanonicalFormTests
{
    private const string Type = "multipart/form-data; boundary=B";

    [Fact]
    public void A_retry_with_another_boundary_and_encoder_has_the_same_fingerprint() =>
        Property.Holds(random =>
        {
            var data = MultipartData.Any(random);
            var first = Take(data, random);
            return first == Take(data, random) && first.Form == BodyForm.Multipart;
        }, times: 10_000);

    [Fact]
    public void Any_change_of_a_part_changes_the_fingerprint() =>
        Property.Holds(random =>
        {
            var data = MultipartData.Any(random);
            var changed = data.Changed(random);
            return (data.Meaning() == changed.Meaning()) == (Take(data, random) == Take(changed, random));
        }, times: 20_000);

    [Fact]
    public void Every_header_of_a_part_counts()
    {
        string[] headers =
        [
            "", "\r\nContent-Transfer-Encoding: base64", "\r\nContent-Transfer-Encoding: binary", "\r\nContent-ID: <1>",
            "\r\nContent-Type: image/png", "\r\nContent-Type: image/png; charset=x", "\r\nX-A: 1\r\nX-B: 2", "\r\nX-B: 2\r\nX-A: 1", "\r\nX-A: 1, 2",
        ];

        Requests.AssertAllDiffer(Type, [.. headers.Select(more => $"--B\r\nContent-Disposition: form-data; name=\"f\"{more}\r\n\r\nx\r\n--B--\r\n")]);
    }

    [Fact]
    public void File_names_that_readers_take_for_different_ones_stay_apart() => Requests.AssertAllDiffer(
        Type,
        [.. new[]
        {
            "name=\"a\"", "name=\"a\\\"\"", "name=\"a\\\\\"", "name=\"a\\b\"", "name=\"ab\"", "name=\"a%22\"", "name=\"a\"; filename=\"b\"",
            "name=\"a; filename=b\"",
            "name=\"a\\\"; filename=\\\"b\"", "name=a b", "name=\"a b\"", "name=\"a\"; name=\"a\"", "name=\"A\"", "name*=utf-8''a", "name", "name=",
            "name=\"\"", "name=\"a", "name=\"C:\\a\\\"",
        }.Select(parameters => $"--B\r\nContent-Disposition: form-data; {parameters}\r\n\r\nx\r\n--B--\r\n")]);

    [Theory]
    [InlineData("--B--")]
    [InlineData("--B--\r\n")]
    [InlineData("--B\r\n\r\n\r\n--B--")]
    [InlineData("--B\r\nX: 1\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nX: 1\r\n\r\n\r\n--\r\n-B\r\n--B--")]
    public void Whole_bodies_are_read(string body) => Assert.Equal(BodyForm.Multipart, Requests.Take(Type, body).Form);

    [Theory]
    [InlineData("x")]
    [InlineData("--B")]
    [InlineData("--B\r\n")]
    [InlineData("--B-")]
    [InlineData("--B--\n")]
    [InlineData("--B--x")]
    [InlineData("--C--")]
    [InlineData("\r\n--B--")]
    [InlineData("preamble\r\n--B--")]
    [InlineData("--B\r\nX: 1\r\n\r\nx")]
    [InlineData("--B\r\nX: 1\r\n\r\nx\r\n--B")]
    [InlineData("--B\r\nX: 1\r\n\r\nx\r\n--B-")]
    [InlineData("--B\r\nX: 1\r\n\r\nx\r\n--B \r\n\r\n--B--")]
    [InlineData("--B\r\nX: 1\r\n\r\nx\r\n--Bx\r\n--B--")]
    [InlineData("--B\nX: 1\n\nx\n--B--")]
    [InlineData("--B\r\nX: 1\r\n folded\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nX : 1\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nno header\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nX: a\rb\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nX: a\nb\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\nx\r\n--B--")]
    [InlineData("--B\r\nContent-Disposition:\r\n\r\nx\r\n--B--")]
    public void Bodies_that_readers_cut_up_differently_or_not_at_all_are_raw(string body)
    {
        Assert.Equal(Requests.Take(Type, body, BodyForm.Raw), Requests.Take(Type, body));
        Assert.Equal(BodyForm.Raw, Requests.Take(Type, body, BodyForm.Multipart).Form);
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=B", BodyForm.Multipart)]
    [InlineData("Multipart/Mixed; Boundary=\"B\"", BodyForm.Multipart)]
    [InlineData("multipart/form-data", BodyForm.Raw)]
    [InlineData("multipart/form-data; boundary=", BodyForm.Raw)]
    [InlineData("multipart/form-data; boundary=\"\"", BodyForm.Raw)]
    [InlineData("multipart/form-data; boundary=\"B", BodyForm.Raw)]
    [InlineData("multipart/form-data; boundary=C", BodyForm.Raw)]
    [InlineData("multipart/form-data; boundary=B; boundary=B", BodyForm.Raw)]
    [InlineData("text/plain; boundary=B", BodyForm.Raw)]
    public void The_content_type_names_the_one_boundary(string contentType, BodyForm form) =>
        Assert.Equal(form, Requests.Take(contentType, "--B--").Form);

    /// <summary>Another boundary makes another request of the same bytes. When they are hashed raw, the fingerprint must therefore include the boundary.</summary>
    [Fact]
    public void A_raw_body_under_another_boundary_is_another_body()
    {
        const string Body = "preamble\r\n--A\r\n\r\none\r\n--A--\r\n--B\r\n\r\ntwo\r\n--B--\r\n";

        var a = Requests.Take("multipart/mixed; boundary=A", Body);
        var b = Requests.Take("multipart/mixed; boundary=B", Body);

        Assert.Equal((BodyForm.Raw, BodyForm.Raw), (a.Form, b.Form));
        Assert.NotEqual(a, b);
    }

    [Theory]
    [InlineData(70, BodyForm.Multipart)]
    [InlineData(71, BodyForm.Raw)]
    public void A_boundary_has_at_most_70_characters(int length, BodyForm form)
    {
        var boundary = new string('B', length);

        Assert.Equal(form, Requests.Take($"multipart/form-data; boundary={boundary}", $"--{boundary}--").Form);
    }

    [Fact]
    public void A_multipart_asked_for_without_a_boundary_to_read_it_by_is_raw() =>
        Assert.Equal(BodyForm.Raw, Requests.Take("text/plain", Encoding.UTF8.GetBytes("--B--"), BodyForm.Multipart).Form);

    private static FingerprintResult Take(MultipartData data, Random random)
    {
        var (contentType, body) = data.Encode(random);
        return Requests.Take(contentType, body);
    }
}
