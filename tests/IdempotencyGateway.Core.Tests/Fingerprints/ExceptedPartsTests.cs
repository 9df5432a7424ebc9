using System.Text;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

public class ExceptedPartsTests
{
    private static readonly FingerprintHasher Hasher = new(new StoreSecret(new byte[StoreSecret.SizeInBytes]));

    [Theory]
    [InlineData("""{"at":1,"a":"x"}""", """{"a":"x","at":2}""")]
    [InlineData("""{"a":"x","at":{"deep":[1,{"at":3}]}}""", """{"a":"x"}""")]
    [InlineData("""{"a":"x","\u0061t":5}""", """{"a":"x"}""")]
    [InlineData("""{"a":"x","m":{"sent":1,"k":2}}""", """{"a":"x","m":{"k":2,"sent":9}}""")]
    [InlineData("""{"m":{"sent":1},"b":{"m":{"sent":7}}}""", """{"b":{"m":{"sent":7}},"m":{}}""")]
    public void What_is_excepted_makes_no_difference(string one, string other) => Assert.Equal(Json(one), Json(other));

    [Theory]
    [InlineData("""{"a":"x","m":{"at":1}}""", """{"a":"x","m":{"at":2}}""")]
    [InlineData("""{"sent":1}""", """{"sent":2}""")]
    [InlineData("""{"m":[{"sent":1}]}""", """{"m":[{"sent":2}]}""")]
    [InlineData("""{"b":{"m":{"sent":1}}}""", """{"b":{"m":{"sent":2}}}""")]
    [InlineData("""{"m":{"x":{"sent":1}}}""", """{"m":{"x":{"sent":2}}}""")]
    [InlineData("""{"m":{"k":1},"sent":1}""", """{"m":{"k":1},"sent":2}""")]
    [InlineData("""{"at":1,""", """{"at":2,""")]
    public void All_else_does(string one, string other) => Assert.NotEqual(Json(one), Json(other));

    [Theory]
    [InlineData("client_assertion=1&code=c", "code=c&client_assertion=2", true)]
    [InlineData("client_assertion=1&code=c", "code=c", true)]
    [InlineData("client%5Fassertion=1&code=c", "code=c", true)]
    [InlineData("a=1&client_assertion=x&b=2", "a=1&b=2", true)]
    [InlineData("a=1&client_assertion=x&b=2", "a=1b=2", false)]
    [InlineData("client_assertion_type=1", "client_assertion_type=2", false)]
    [InlineData("client_assertion=1&code=c", "client_assertion=1&code=d", false)]
    public void Fields_of_a_form_likewise(string one, string other, bool same) => Assert.Equal(same, Form(one) == Form(other));

    private static Fingerprint Json(string body) => Take(body, "application/json", "/at", "/m/sent");

    private static Fingerprint Form(string body) => Take(body, "application/x-www-form-urlencoded");

    private static Fingerprint Take(string body, string contentType, params string[] pointers) => Hasher.Compute(new FingerprintSubject
    {
        Method = "POST",
        Path = "/",
        ContentType = contentType,
        Body = Encoding.UTF8.GetBytes(body),
        Except = new([.. pointers.Select(p => JsonPointer.TryParse(p, out var pointer) ? pointer : throw new InvalidOperationException(p))], ["client_assertion"]),
    }).Fingerprint;
}
