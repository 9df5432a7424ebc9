using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using IdempotencyGateway.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace IdempotencyGateway.Tokens;

/// <summary>
/// An issuer's public keys, from a JWKS (RFC 7517) or from public keys and certificates in PEM. PEM keys have no id, so they are tried for any. Keys that are not for
/// signatures, are too weak, or are of an unsupported kind are left out. A set without usable keys is valid: then no token is accepted.
/// </summary>
internal sealed class VerificationKeys
{
    private const int MostKeys = 64;
    private const int WeakestRsaInBits = 2048;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };
    private readonly List<Entry> _keys = [];

    private VerificationKeys()
    {
    }

    /// <summary>The number of usable keys; may be 0.</summary>
    public int Count => _keys.Count;

    /// <returns>False if the text is no such document, has a duplicate member, or has more than 64 usable keys.</returns>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out VerificationKeys keys)
    {
        var parsed = new VerificationKeys();
        keys = null;
        try
        {
            if (text.AsSpan().TrimStart() is ['{', ..])
                parsed.AddSet(text);
            else
                parsed.AddPem(text);
        }
        catch (Exception e) when (e is JsonException or CryptographicException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
        keys = parsed.Count <= MostKeys ? parsed : null;
        return keys is not null;
    }

    /// <param name="id">The token's <c>kid</c>; null when it has none, and any key may have signed it.</param>
    /// <returns>The keys that may have made such a signature.</returns>
    public IReadOnlyList<SecurityKey> For(string? id, TokenAlgorithm algorithm)
    {
        var name = algorithm.ToString();
        return
        [
            .. _keys
                .Where(key => (id is null || key.Id is null || string.Equals(key.Id, id, StringComparison.Ordinal))
                    && (key.Algorithm is null || string.Equals(key.Algorithm, name, StringComparison.Ordinal))
                    && key.Kind == KindOf(algorithm))
                .Select(key => key.Key),
        ];
    }

    private void AddSet(string text)
    {
        using var document = JsonDocument.Parse(text, Strict);
        foreach (var key in document.RootElement.GetProperty("keys"u8).EnumerateArray())
        {
            if (Text(key, "use") is null or "sig" && MayVerify(key) && TryKeyOf(key) is { } made)
                Add(made, Text(key, "kid"), Text(key, "alg"));
        }
    }

    /// <returns>Null for a key that is malformed or of an unsupported kind; the set's other keys are still used (RFC 7517 §5).</returns>
    private static AsymmetricAlgorithm? TryKeyOf(JsonElement key)
    {
        try
        {
            return KeyOf(key);
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <returns>Null for a key of an unsupported kind.</returns>
    private static AsymmetricAlgorithm? KeyOf(JsonElement key) => (Text(key, "kty"), Text(key, "crv")) switch
    {
        ("RSA", _) => RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") }),
        ("EC", "P-256") => OnCurve(key, ECCurve.NamedCurves.nistP256),
        ("EC", "P-384") => OnCurve(key, ECCurve.NamedCurves.nistP384),
        ("EC", "P-521") => OnCurve(key, ECCurve.NamedCurves.nistP521),
        _ => null,
    };

    private static ECDsa OnCurve(JsonElement key, ECCurve curve) =>
        ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } });

    private static bool MayVerify(JsonElement key) => !key.TryGetProperty("key_ops"u8, out var uses) || uses.EnumerateArray().Any(use => use.ValueEquals("verify"u8));

    private static string? Text(JsonElement key, string name) => key.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static byte[] Bytes(JsonElement key, string name) =>
        Base64UrlEncoder.DecodeBytes(Text(key, name) ?? "") is { Length: > 0 } bytes ? bytes : throw new FormatException($"no {name}");

    private void AddPem(string text)
    {
        var rest = text.AsSpan();
        if (!PemEncoding.TryFind(rest, out var fields))
            throw new FormatException("neither a set nor PEM");
        do
        {
            var bytes = Convert.FromBase64String(rest[fields.Base64Data].ToString());
            switch (rest[fields.Label])
            {
                case "PUBLIC KEY":
                    Add(FromPublicKey(bytes), id: null, algorithm: null);
                    break;
                case "CERTIFICATE":
                    using (var certificate = X509CertificateLoader.LoadCertificate(bytes))
                        Add((AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey(), id: null, algorithm: null);
                    break;
                default:
                    throw new FormatException("neither a public key nor a certificate");
            }
            rest = rest[fields.Location.End..];
        }
        while (PemEncoding.TryFind(rest, out fields));
    }

    private static AsymmetricAlgorithm? FromPublicKey(byte[] bytes)
    {
        var key = PublicKey.CreateFromSubjectPublicKeyInfo(bytes, out _);
        return (AsymmetricAlgorithm?)key.GetRSAPublicKey() ?? key.GetECDsaPublicKey();
    }

    private void Add(AsymmetricAlgorithm? key, string? id, string? algorithm)
    {
        using (key)
        {
            switch (key)
            {
                case RSA { KeySize: >= WeakestRsaInBits } rsa:
                    _keys.Add(new(id, algorithm, KeyKind.Rsa, new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false))));
                    break;
                case ECDsa { KeySize: 256 } curve:
                    _keys.Add(new(id, algorithm, KeyKind.P256, Parameters(curve)));
                    break;
                case ECDsa { KeySize: 384 } curve:
                    _keys.Add(new(id, algorithm, KeyKind.P384, Parameters(curve)));
                    break;
                case ECDsa { KeySize: 521 } curve:
                    _keys.Add(new(id, algorithm, KeyKind.P521, Parameters(curve)));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>The key's parameters and not an ECDsa instance, so that concurrent verifications create their own and do not share one.</summary>
    private static JsonWebKey Parameters(ECDsa curve)
    {
        var point = curve.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = $"P-{curve.KeySize}",
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private static KeyKind KindOf(TokenAlgorithm algorithm) => algorithm switch
    {
        TokenAlgorithm.RS256 or TokenAlgorithm.RS384 or TokenAlgorithm.RS512 => KeyKind.Rsa,
        TokenAlgorithm.PS256 or TokenAlgorithm.PS384 or TokenAlgorithm.PS512 => KeyKind.Rsa,
        TokenAlgorithm.ES256 => KeyKind.P256,
        TokenAlgorithm.ES384 => KeyKind.P384,
        TokenAlgorithm.ES512 => KeyKind.P521,
        _ => throw new InvalidOperationException($"no key makes {algorithm}"),
    };

    private enum KeyKind
    {
        Rsa,
        P256,
        P384,
        P521,
    }

    private sealed record Entry(string? Id, string? Algorithm, KeyKind Kind, SecurityKey Key);
}
