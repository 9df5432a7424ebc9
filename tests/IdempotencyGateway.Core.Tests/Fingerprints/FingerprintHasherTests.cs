using System.Text;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Tests.Keys;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

public sealed class FingerprintHasherTests
{
    private sealed record Request
    {
        public string Method { get; init; } = "POST";

        public string Path { get; init; } = "/v3/session/";

        public string Query { get; init; } = "?a=1";

        public KeyValuePair<string, string>[] Headers { get; init; } = [new("persona-version", "1"), new("key-inflection", "kebab")];

        public string? ContentType { get; init; } = "application/json";

        public string Body { get; init; } = "{}";

        public BodyForm Form { get; init; }

        public FingerprintResult Take(StoreSecret secret) => new FingerprintHasher(secret).Compute(new FingerprintSubject
        {
            Method = Method,
            Path = Path,
            Query = Query,
            Headers = Headers,
            ContentType = ContentType,
            Body = Encoding.UTF8.GetBytes(Body),
            Form = Form,
        });
    }

    [Fact]
    public void Everything_that_was_sent_takes_part()
    {
        var request = new Request();
        Request[] requests =
        [
            request,
            request with { Method = "PUT" }, request with { Method = "post" },
            request with { Path = "/v3/session" }, request with { Path = "/v3/sessio%6e/" }, request with { Path = "/v3/session/?a=1", Query = "" },
            request with { Query = "" }, request with { Query = "?" }, request with { Query = "?a=2" }, request with { Query = "?a=1&b=2" },
            request with { Method = "POST/", Path = "v3/session/" },
            request with { Headers = [] }, request with { Headers = request.Headers[..1] }, request with { Headers = request.Headers[1..] },
            request with { Headers = [new("persona-version", "2"), request.Headers[1]] },
            request with { Headers = [new("persona-version1", ""), request.Headers[1]] },
            request with { ContentType = null }, request with { ContentType = "text/plain" }, request with { ContentType = "application/json;v=2" },
            request with { ContentType = "not a media type" },
            request with { Body = "" }, request with { Body = "[]" }, request with { Body = "{" },
            request with { Form = BodyForm.Raw },
        ];

        var same = requests.GroupBy(each => each.Take(Secrets.One).Fingerprint).Where(group => group.Count() > 1);

        Assert.Empty(same);
    }

    [Fact]
    public void The_same_request_has_the_same_fingerprint_under_the_same_secret_only()
    {
        Assert.Equal(new Request().Take(Secrets.One), new Request().Take(Secrets.One));
        Assert.NotEqual(new Request().Take(Secrets.One), new Request().Take(Secrets.Two));
    }

    /// <summary>Stored fingerprints outlive a version of the gateway, so a change of a canonical form or of the framing must be deliberate.</summary>
    [Theory]
    [InlineData("application/json", "{\"b\":1,\"a\":[\"\\u0041\",null]}", "0f6ab73c6b028013cb7dbaec5a337ac01ef416d5ef7faa90297ada19175c23dd")]
    [InlineData("application/x-www-form-urlencoded", "a=%41&b=+", "008377aa721b77f106ae952b2bc39d1959b1d144d980a03df31c8abbaafc4494")]
    [InlineData("multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n",
        "51993d15722af08ef20425cc705e6261d9920ff38ce1fb00f3bd0ec7d533b3c8")]
    [InlineData("text/plain", "x", "8f3bc5af466474acbc5abc7eedbbcded7db52fb463e244f1d763cda18d238ed4")]
    public void Fingerprints_stay_what_they_are_across_versions(string contentType, string body, string expected) =>
        Assert.Equal(expected, new Request { ContentType = contentType, Body = body }.Take(Secrets.One).Fingerprint.ToString());

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=B")]
    [InlineData("text/plain")]
    [InlineData(null)]
    public void An_empty_body_is_a_valid_body_whatever_the_content_type(string? contentType)
    {
        foreach (var form in Enum.GetValues<BodyForm>())
            Assert.Equal(Requests.Take(contentType, "", BodyForm.Raw), Requests.Take(contentType, "", form));
    }

    [Theory]
    [InlineData("application/json", "[]", BodyForm.Json)]
    [InlineData("APPLICATION/JSON ; charset=UTF-8", "[]", BodyForm.Json)]
    [InlineData("application/vnd.api+json", "[]", BodyForm.Json)]
    [InlineData("application/problem+JSON;v=1", "[]", BodyForm.Json)]
    [InlineData("application/x-ndjson", "[]", BodyForm.Raw)]
    [InlineData("+json", "[]", BodyForm.Raw)]
    [InlineData("text/plain", "[]", BodyForm.Raw)]
    [InlineData("application/json, text/plain", "[]", BodyForm.Raw)]
    [InlineData("application/json; charset", "[]", BodyForm.Raw)]
    [InlineData("application/j\u00E9son", "[]", BodyForm.Raw)]
    [InlineData("", "[]", BodyForm.Raw)]
    [InlineData(null, "[]", BodyForm.Raw)]
    public void Auto_goes_by_content_type(string? contentType, string body, BodyForm form) =>
        Assert.Equal(form, Requests.Take(contentType, body).Form);

    [Fact]
    public void A_form_asked_for_does_not_need_a_content_type_that_says_so()
    {
        Assert.Equal(BodyForm.Json, Requests.Take("text/plain", "[]", BodyForm.Json).Form);
        Assert.Equal(BodyForm.Form, Requests.Take(null, "a=1", BodyForm.Form).Form);
        Assert.Equal(BodyForm.Raw, Requests.Take("application/json", "[]", BodyForm.Raw).Form);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", "Application/JSON;Charset=\"UTF-8\"", true)]
    [InlineData("application/json", "application/json ; ", true)]
    [InlineData("application/json", "application/json; charset=utf-8", false)]
    [InlineData("application/json; v=a", "application/json; v=A", false)]
    [InlineData("application/json; v=\"a;w=b\"", "application/json; v=a; w=b", false)]
    [InlineData("multipart/mixed; boundary=x; type=a", "multipart/mixed; boundary=x; type=b", false)]
    [InlineData("not a type", "not a  type", false)]
    public void Two_spellings_of_a_media_type_are_the_same_one(string one, string other, bool same) =>
        Assert.Equal(same, Requests.Take(one, "x", BodyForm.Raw) == Requests.Take(other, "x", BodyForm.Raw));

    [Fact]
    public void A_raw_body_never_meets_what_another_body_is_in_its_canonical_form()
    {
        // The canonical forms of [1] and of a multipart body without parts, used as raw bodies.
        byte[] jsonForm = [.. "[n1]"u8];
        byte[] emptyMultipart = [];

        Assert.NotEqual(
            Requests.Take("text/plain", "[1]", BodyForm.Json).Fingerprint, Requests.Take("text/plain", jsonForm, BodyForm.Raw).Fingerprint);
        Assert.NotEqual(
            Requests.Take("multipart/mixed; boundary=B", "--B--").Fingerprint,
            Requests.Take("multipart/mixed; boundary=B", emptyMultipart).Fingerprint);
        Assert.NotEqual(Requests.Take("text/plain", "a", BodyForm.Form).Fingerprint, Requests.Take("text/plain", "a", BodyForm.Raw).Fingerprint);
    }

    [Fact]
    public void A_small_request_is_hashed_with_next_to_no_allocation()
    {
        const int Times = 1_000;
        var body = Encoding.UTF8.GetBytes(
            """{"workflow_id":"11111111-2222","vendor_data":"user-123","metadata":{"b":"\u0041","a":[1,2,3]},"language":"en"}""");
        Requests.Take(Requests.JsonType, body);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < Times; i++)
            Requests.Take(Requests.JsonType, body);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Times, 0, 256);
    }

    [Fact]
    public void A_large_raw_body_is_hashed_where_it_lies()
    {
        var body = new byte[8 * 1024 * 1024];
        Requests.Take("image/jpeg", body);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Requests.Take("image/jpeg", body);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024);
    }
}
