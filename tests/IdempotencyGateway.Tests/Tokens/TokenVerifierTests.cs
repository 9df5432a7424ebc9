using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tokens;
using IdempotencyGateway.Tokens;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdempotencyGateway.Tests.Tokens;

/// <summary>Verification of tokens: which are accepted, and the many kinds that must be refused.</summary>
public sealed class TokenVerifierTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly KeyDownload _download;
    private readonly TokenVerifier _verifier;

    public TokenVerifierTests()
    {
        _download = new(_clock);
        _verifier = new(new IssuerKeys(_download, _clock, NullLogger<IssuerKeys>.Instance), _clock);
    }

    public void Dispose() => _download.Dispose();

    [Theory]
    [InlineData(TokenAlgorithm.RS256)]
    [InlineData(TokenAlgorithm.RS384)]
    [InlineData(TokenAlgorithm.RS512)]
    [InlineData(TokenAlgorithm.PS256)]
    [InlineData(TokenAlgorithm.PS384)]
    [InlineData(TokenAlgorithm.PS512)]
    [InlineData(TokenAlgorithm.ES256)]
    [InlineData(TokenAlgorithm.ES384)]
    [InlineData(TokenAlgorithm.ES512)]
    public async Task Every_algorithm_is_checked_with_a_key_of_its_kind(TokenAlgorithm algorithm)
    {
        var name = algorithm.ToString();
        var issuer = TestIssuer.Snapshot(TestIssuer.JwksOfEveryKind);
        var key = name.StartsWith("ES", StringComparison.Ordinal) ? name : "1";

        Assert.Equal([new("sub", "user-1")], await ValidAsync(TestIssuer.Token(algorithm: name, key: key), issuer));
        Assert.Contains("algorithm", await WhyNotAsync(TestIssuer.Token(algorithm: name, key: key), issuer with { Algorithms = [.. issuer.Algorithms.Where(one => one != algorithm)] }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_in_PEM_have_no_id_and_count_for_any()
    {
        var issuer = TestIssuer.Snapshot(TestIssuer.Pem);

        await ValidAsync(TestIssuer.Token(), issuer);
        await ValidAsync(TestIssuer.Token(key: null), issuer);
        Assert.Contains("signature", await WhyNotAsync(TestIssuer.Token(key: "2"), issuer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_a_key_id_may_be_of_any_key() =>
        await ValidAsync(TestIssuer.Token(key: null), TestIssuer.Snapshot(TestIssuer.RotatedJwks));

    [Fact]
    public async Task Nothing_but_the_issuers_own_signature_counts()
    {
        var good = TestIssuer.Token();
        var other = TestIssuer.Token(TestIssuer.Claims("user-2"));
        var parts = good.Split('.');

        Assert.Contains("signature", await WhyNotAsync($"{parts[0]}.{other.Split('.')[1]}.{parts[2]}"), StringComparison.Ordinal);
        Assert.Contains("does not have", await WhyNotAsync(TestIssuer.Token(key: "2")), StringComparison.Ordinal);
        Assert.Contains("signature", await WhyNotAsync(TestIssuer.Sign("""{"alg":"RS256","kid":"1"}""", TestIssuer.Claims().ToJsonString(), "RS256", RSA.Create(2048))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jku", "https://attacker.example/keys")]
    [InlineData("x5u", "https://attacker.example/chain")]
    [InlineData("jwk", null)]
    [InlineData("x5c", null)]
    public async Task A_key_that_a_token_brings_along_or_names_does_not_count(string member, string? place)
    {
        using var own = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=attacker", own, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, TestIssuer.Later);
        var header = new JsonObject
        {
            ["alg"] = "RS256",
            ["kid"] = "1",
            [member] = member switch
            {
                "jwk" => TestIssuer.RsaKey("1", own),
                "x5c" => new JsonArray(Convert.ToBase64String(certificate.RawData)),
                _ => place,
            },
        };

        Assert.Contains("signature", await WhyNotAsync(TestIssuer.Sign(header.ToJsonString(), TestIssuer.Claims().ToJsonString(), "RS256", own)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("1\u0000")]
    [InlineData("1' OR '1'='1")]
    [InlineData("")]
    public async Task A_key_id_is_compared_and_nothing_else(string id) =>
        Assert.Contains("does not have", await WhyNotAsync(TestIssuer.Token(key: id)), StringComparison.Ordinal);

    [Theory]
    [InlineData("User-1")]
    [InlineData("user-1 ")]
    [InlineData("u\u0308ser-1")]
    [InlineData("\u00fcser-1")]
    public async Task A_subject_that_only_looks_alike_is_another_caller(string subject) =>
        Assert.Equal([new("sub", subject)], await ValidAsync(TestIssuer.Token(TestIssuer.Claims(subject))));

    [Theory]
    [InlineData("none", "RS256")]
    [InlineData("None", "RS256")]
    [InlineData("HS256", "HS256")]
    [InlineData("rs256", "RS256")]
    [InlineData("EdDSA", "RS256")]
    [InlineData("", "RS256")]
    public async Task An_algorithm_that_is_not_on_the_list_is_not_tried(string said, string made) =>
        Assert.Contains("algorithm", await WhyNotAsync(TestIssuer.Sign($$"""{"alg":"{{said}}","kid":"1"}""", TestIssuer.Claims().ToJsonString(), made), TestIssuer.Snapshot(TestIssuer.Pem)), StringComparison.Ordinal);

    [Theory]
    [InlineData("ES256", "RS256")]
    [InlineData("RS256", "PS256")]
    [InlineData("PS256", "RS256")]
    [InlineData("RS512", "RS256")]
    public async Task An_algorithm_other_than_the_one_that_signed_fails(string said, string made) =>
        await WhyNotAsync(TestIssuer.Sign($$"""{"alg":"{{said}}","kid":"1"}""", TestIssuer.Claims().ToJsonString(), made));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30.e30.e30")]
    [InlineData("W10.e30.AA")]
    public async Task What_has_not_the_form_is_no_token(string text) => Assert.Contains("not a signed JWT", await WhyNotAsync(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"1","crit":["exp"]}""", """{"iss":"https://issuer.example","aud":"gateway","sub":"user-1","exp":9999999999}""")]
    [InlineData("""{"alg":"none","alg":"RS256","kid":"1"}""", """{"iss":"https://issuer.example","aud":"gateway","sub":"user-1","exp":9999999999}""")]
    [InlineData("""{"alg":"RS256","kid":"1"}""", """{"iss":"https://issuer.example","aud":"gateway","sub":"user-2","sub":"user-1","exp":9999999999}""")]
    [InlineData("""{"alg":"RS256","kid":"1"}""", """{"iss":"https://issuer.example","aud":"gateway","sub":"user-1","exp":9999999999,"\u0073ub":"user-2"}""")]
    [InlineData("""{"alg":"RS256","kid":"1"}""", """{"iss":"https://issuer.example","aud":"gateway","sub":"\ud800","exp":9999999999}""")]
    [InlineData("""{"alg":"RS256","kid":"1"}""", """{"iss":"https://issuer.example","aud":"gateway","sub":"user-1","\ud800":1,"exp":9999999999}""")]
    public async Task What_has_two_meanings_or_a_critical_one_is_no_token_though_it_is_signed(string header, string payload) =>
        Assert.Contains("not a signed JWT", await WhyNotAsync(TestIssuer.Sign(header, payload, "RS256")), StringComparison.Ordinal);

    [Fact]
    public async Task A_token_that_is_too_long_is_none() =>
        Assert.Contains("not a signed JWT", await WhyNotAsync(TestIssuer.Token(With("long", new string('x', SignedToken.LongestInChars)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("iss", "\"https://issuer.example/\"", "issuer")]
    [InlineData("iss", "[\"https://issuer.example\"]", "not a signed JWT")]
    [InlineData("iss", null, "issuer")]
    [InlineData("aud", "\"other\"", "its audience")]
    [InlineData("aud", "[\"other\", \"Gateway\"]", "its audience")]
    [InlineData("aud", "[\"gateway/\", \"gateway \"]", "its audience")]
    [InlineData("aud", "[]", "its audience")]
    [InlineData("aud", null, "its audience")]
    [InlineData("exp", null, "when it expires")]
    [InlineData("exp", "\"9999999999\"", "when it expires")]
    [InlineData("exp", "1e300", "not a signed JWT")]
    [InlineData("exp", "-1", "when it expires")]
    [InlineData("exp", "1", "expired")]
    [InlineData("nbf", "9999999999", "not valid yet")]
    [InlineData("nbf", "\"0\"", "not valid yet")]
    [InlineData("sub", null, "no sub")]
    [InlineData("sub", "\"\"", "no sub")]
    [InlineData("sub", "1", "no sub")]
    [InlineData("sub", "[\"user-1\"]", "not a signed JWT")]
    public async Task A_claim_that_is_not_right_is_told(string claim, string? json, string why) =>
        Assert.Contains(why, await WhyNotAsync(TestIssuer.Token(With(claim, json is null ? null : JsonNode.Parse(json)))), StringComparison.Ordinal);

    [Fact]
    public async Task One_of_several_audiences_is_enough() =>
        await ValidAsync(TestIssuer.Token(With("aud", new JsonArray("other", TestIssuer.Audience))));

    [Fact]
    public async Task A_token_expires_by_the_gateways_clock_and_the_skew_that_is_allowed()
    {
        var token = TestIssuer.Token();
        _clock.JumpWallClock(TestIssuer.Later + TimeSpan.FromSeconds(29) - _clock.GetUtcNow());
        await ValidAsync(token);

        _clock.JumpWallClock(TimeSpan.FromSeconds(1));

        Assert.Contains("expired", await WhyNotAsync(token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_begins_by_the_gateways_clock_and_the_skew_that_is_allowed()
    {
        var token = TestIssuer.Token(With("nbf", _clock.GetUtcNow().ToUnixTimeSeconds() + 31));
        Assert.Contains("not valid yet", await WhyNotAsync(token), StringComparison.Ordinal);

        _clock.JumpWallClock(TimeSpan.FromSeconds(1));

        await ValidAsync(token);
    }

    [Fact]
    public async Task The_claims_that_name_the_caller_are_the_configured_ones()
    {
        var issuer = TestIssuer.Snapshot() with { CallerClaims = ["client_id", "sub"] };

        Assert.Equal([new("client_id", "app"), new("sub", "user-1")], await ValidAsync(TestIssuer.Token(With("client_id", "app")), issuer));
        Assert.Contains("no client_id", await WhyNotAsync(TestIssuer.Token(), issuer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_change_of_a_single_character_leaves_a_token_that_counts_for_somebody_else()
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+ ";
        var good = TestIssuer.Token();
        var random = new Random(20261121);
        for (var i = 0; i < 3000; i++)
        {
            var at = random.Next(good.Length);
            var changed = good[..at] + Alphabet[random.Next(Alphabet.Length)] + good[(at + random.Next(2))..];
            var read = await _verifier.VerifyAsync(changed, TestIssuer.Snapshot());
            // The last base64url character of a part has unused bits, so a changed character may still decode to the same bytes and be the same token.
            Assert.True(read is TokenReading.Invalid || (read is TokenReading.Valid([{ Value: "user-1" }]) && SameBytes(good, changed)), changed);
        }
    }

    [Fact]
    public void Nothing_that_looks_like_a_token_makes_reading_throw()
    {
        var good = TestIssuer.Token();
        var random = new Random(20261122);
        for (var i = 0; i < 100_000; i++)
        {
            var text = good.ToCharArray();
            for (var changes = random.Next(1, 20); changes > 0; changes--)
                text[random.Next(random.Next(2) == 0 ? 60 : text.Length)] = (char)random.Next(random.Next(10) == 0 ? char.MaxValue : 128);
            SignedToken.Parse(new string(text[..random.Next(text.Length)]));
            SignedToken.Parse(new string(text));
        }
    }

    private static bool SameBytes(string one, string other) => one.Split('.').Zip(other.Split('.'))
        .All(part => System.Buffers.Text.Base64Url.DecodeFromChars(part.First) is { } first && Loosely(part.Second).AsSpan().SequenceEqual(first));

    private static byte[] Loosely(string part) => Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(part);

    private static JsonObject With(string claim, JsonNode? value)
    {
        var claims = TestIssuer.Claims();
        claims.Remove(claim);
        if (value is not null)
            claims[claim] = value;
        return claims;
    }

    private async Task<IReadOnlyList<KeyValuePair<string, string>>> ValidAsync(string token, IssuerSnapshot? issuer = null)
    {
        var reading = await _verifier.VerifyAsync(token, issuer ?? TestIssuer.Snapshot());
        Assert.True(reading is TokenReading.Valid, reading.ToString());
        return ((TokenReading.Valid)reading).Claims;
    }

    private async Task<string> WhyNotAsync(string token, IssuerSnapshot? issuer = null) =>
        Assert.IsType<TokenReading.Invalid>(await _verifier.VerifyAsync(token, issuer ?? TestIssuer.Snapshot())).Why;
}
