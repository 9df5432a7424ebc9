using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tokens;

namespace IdempotencyGateway.Tests.Testing.Tokens;

/// <summary>An issuer of JSON Web Tokens. It assembles them by hand, so that tests can produce any kind of invalid token.</summary>
internal sealed class TestIssuer
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "gateway";

    /// <summary>The default expiry of tokens: a day after the initial time of <see cref="ManualTimeProvider"/>.</summary>
    public static readonly DateTimeOffset Later = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly RSA Rsa1 = RSA.Create(2048);
    private static readonly RSA Rsa2 = RSA.Create(2048);
    private static readonly Dictionary<string, ECDsa> Curves = new()
    {
        ["ES256"] = ECDsa.Create(ECCurve.NamedCurves.nistP256),
        ["ES384"] = ECDsa.Create(ECCurve.NamedCurves.nistP384),
        ["ES512"] = ECDsa.Create(ECCurve.NamedCurves.nistP521),
    };

    /// <summary>A key set with key 1 only.</summary>
    public static string Jwks { get; } = Set(RsaKey("1", Rsa1));

    /// <summary>The key set after a rotation: keys 1 and 2.</summary>
    public static string RotatedJwks { get; } = Set(RsaKey("1", Rsa1), RsaKey("2", Rsa2));

    /// <summary>A key set with key 1 and a key on each curve, whose id is the algorithm's name.</summary>
    public static string JwksOfEveryKind { get; } = Set([RsaKey("1", Rsa1), .. Curves.Select(curve => CurveKey(curve.Key, curve.Value))]);

    public static string Pem { get; } = Rsa1.ExportSubjectPublicKeyInfoPem();

    public static JsonObject Claims(string subject = "user-1") => new()
    {
        ["iss"] = Issuer,
        ["aud"] = Audience,
        ["sub"] = subject,
        ["exp"] = Later.ToUnixTimeSeconds(),
        ["jti"] = Guid.NewGuid().ToString(),
    };

    /// <summary>Issues a token; by default a valid one, signed with key 1.</summary>
    public static string Token(JsonObject? claims = null, string algorithm = "RS256", string? key = "1", JsonObject? header = null)
    {
        header ??= new() { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (key is not null)
            header["kid"] = key;
        return Sign(header.ToJsonString(), (claims ?? Claims()).ToJsonString(), algorithm, key == "2" ? Rsa2 : Rsa1);
    }

    /// <summary>Signs exactly this header and payload with the algorithm.</summary>
    public static string Sign(string header, string payload, string algorithm, RSA? rsa = null)
    {
        var message = $"{Encode(header)}.{Encode(payload)}";
        return $"{message}.{Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(message), algorithm, rsa ?? Rsa1))}";
    }

    public static IssuerSnapshot Snapshot(string? keys = null, Uri? url = null)
    {
        VerificationKeys? parsed = null;
        if (url is null)
            Assert.True(VerificationKeys.TryParse(keys ?? Jwks, out parsed));
        return new() { Name = "tested", Issuer = Issuer, Audiences = [Audience], KeysUrl = url, FileKeys = parsed, Algorithms = Enum.GetValues<TokenAlgorithm>() };
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string Set(params IEnumerable<JsonObject> keys) => new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();

    public static JsonObject RsaKey(string id, RSA rsa)
    {
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        return new()
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = id,
            ["n"] = Base64Url.EncodeToString(numbers.Modulus),
            ["e"] = Base64Url.EncodeToString(numbers.Exponent),
        };
    }

    private static JsonObject CurveKey(string algorithm, ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC",
            ["crv"] = $"P-{key.KeySize}",
            ["kid"] = algorithm,
            ["alg"] = algorithm,
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    private static byte[] Signature(byte[] message, string algorithm, RSA rsa)
    {
        var hash = algorithm[2..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            "512" => HashAlgorithmName.SHA512,
            _ => default,
        };
        return algorithm[..2] switch
        {
            "RS" => rsa.SignData(message, hash, RSASignaturePadding.Pkcs1),
            "PS" => rsa.SignData(message, hash, RSASignaturePadding.Pss),
            "ES" => Curves[algorithm].SignData(message, hash),
            // An algorithm-confusion attack: the public key, which anybody can have, used as the HMAC secret.
            "HS" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Pem), message),
            _ => [],
        };
    }
}
