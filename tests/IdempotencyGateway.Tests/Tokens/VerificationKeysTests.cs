using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing.Tls;
using IdempotencyGateway.Tests.Testing.Tokens;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Tests.Tokens;

public sealed class VerificationKeysTests
{
    [Fact]
    public void Keys_of_every_kind_are_read_and_found_by_id_and_algorithm()
    {
        Assert.True(VerificationKeys.TryParse(TestIssuer.JwksOfEveryKind, out var keys));

        Assert.Equal(4, keys.Count);
        Assert.Single(keys.For("1", TokenAlgorithm.PS512));
        Assert.Single(keys.For(null, TokenAlgorithm.ES384));
        Assert.Empty(keys.For("ES256", TokenAlgorithm.ES384));
        Assert.Empty(keys.For("1", TokenAlgorithm.ES256));
        Assert.Empty(keys.For("unknown", TokenAlgorithm.RS256));
    }

    [Theory]
    [InlineData("use", "\"enc\"")]
    [InlineData("key_ops", "[\"encrypt\"]")]
    [InlineData("kty", "\"oct\"")]
    [InlineData("kty", "\"OKP\"")]
    public void A_key_for_something_else_is_left_out(string member, string value)
    {
        var one = TestIssuer.RsaKey("other", RSA.Create(2048));
        one[member] = System.Text.Json.Nodes.JsonNode.Parse(value);

        AssertHoldsNone(TestIssuer.Set(one));
        Assert.True(VerificationKeys.TryParse(TestIssuer.Set((System.Text.Json.Nodes.JsonObject)one.DeepClone(), TestIssuer.RsaKey("good", RSA.Create(2048))), out var keys));
        Assert.Equal(1, keys.Count);
    }

    [Theory]
    [InlineData("""{"kty":"RSA","kid":"broken"}""")]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"","e":""}""")]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"AA","e":"AA"}""")]
    [InlineData("""{"kty":"RSA","kid":"broken","n":"not base64!","e":"AQAB"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":"broken","x":"AA","y":"AA"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","kid":"broken","x":"","y":""}""")]
    public void A_broken_key_takes_no_other_one_with_it(string broken)
    {
        var text = TestIssuer.Set((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse(broken)!, TestIssuer.RsaKey("good", RSA.Create(2048)));

        Assert.True(VerificationKeys.TryParse(text, out var keys));
        Assert.Single(keys.For(null, TokenAlgorithm.RS256));
        Assert.Empty(keys.For("broken", TokenAlgorithm.RS256));
    }

    [Fact]
    public void A_weak_key_is_left_out() =>
        AssertHoldsNone(TestIssuer.Set(TestIssuer.RsaKey("weak", RSA.Create(1024))));

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void More_than_64_keys_are_nobodys_set(int count, bool isSet)
    {
        using var rsa = RSA.Create(2048);

        Assert.Equal(isSet, VerificationKeys.TryParse(TestIssuer.Set(Enumerable.Range(0, count).Select(id => TestIssuer.RsaKey($"{id}", rsa))), out _));
        Assert.Equal(isSet, VerificationKeys.TryParse(string.Join('\n', Enumerable.Repeat(rsa.ExportSubjectPublicKeyInfoPem(), count)), out _));
    }

    [Theory]
    [InlineData("{\"keys\":[", "{\"keys\":[],\"keys\":[")]
    [InlineData("{\"keys\":[", "{\"issuer\":1,\"issuer\":2,\"keys\":[")]
    [InlineData("\"kid\":", "\"kid\":\"0\",\"kid\":")]
    [InlineData("\"kid\":", "\"k\\u0069d\":\"0\",\"kid\":")]
    public void A_set_in_which_a_member_stands_twice_could_be_read_in_two_ways_and_is_none(string once, string twice)
    {
        var text = TestIssuer.Jwks.Replace(once, twice, StringComparison.Ordinal);
        Assert.NotEqual(TestIssuer.Jwks, text);

        Assert.False(VerificationKeys.TryParse(text, out _));
    }

    [Fact]
    public void Certificates_and_several_keys_in_PEM_are_read()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.True(VerificationKeys.TryParse($"{TestIssuer.Pem}\n{curve.ExportSubjectPublicKeyInfoPem()}\n{new TestAuthority().RootPem}", out var keys));

        Assert.Equal(3, keys.Count);
        Assert.Single(keys.For("any", TokenAlgorithm.ES384));
    }

    [Theory]
    [InlineData("")]
    [InlineData("keys")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":[1]}""")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    public void What_is_no_set_of_keys_is_none(string text) => Assert.False(VerificationKeys.TryParse(text, out _));

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"RSA"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}""")]
    public void A_set_without_usable_keys_is_one_that_holds_none(string text) => AssertHoldsNone(text);

    [Fact]
    public void A_private_key_is_refused_rather_than_kept() =>
        Assert.False(VerificationKeys.TryParse(RSA.Create(2048).ExportPkcs8PrivateKeyPem(), out _));

    [Fact]
    public void Nothing_that_looks_like_keys_makes_reading_throw()
    {
        var random = new Random(20261123);
        foreach (var good in new[] { TestIssuer.JwksOfEveryKind, TestIssuer.Pem })
        {
            for (var i = 0; i < 5_000; i++)
            {
                var bytes = Encoding.UTF8.GetBytes(good);
                for (var changes = random.Next(1, 6); changes > 0; changes--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                var text = Encoding.UTF8.GetString(bytes.AsSpan(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)));
                Assert.Equal(VerificationKeys.TryParse(text, out var keys), keys is not null);
            }
        }
    }

    private static void AssertHoldsNone(string text)
    {
        Assert.True(VerificationKeys.TryParse(text, out var keys));
        Assert.Equal(0, keys.Count);
    }
}
