using System.Text;
using FsCheck.Fluent;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Tests.Fingerprints.Data;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

/// <summary>Every body, however malformed, has a deterministic fingerprint.</summary>
public sealed class HostileBodyTests
{
    private const int Times = 20_000;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "d800", "1", "-", "e", "true", "null", " ", "a", "=", "&", "%", "+", "%4",
        "--B", "--", "\r\n", "\n", "\r",
        "\r\n\r\n", "\r\n--B", "Content-Disposition: form-data; name=", "Content-Type: ", ";", "\0",
    ];

    [Theory]
    [InlineData(BodyForm.Json)]
    [InlineData(BodyForm.Form)]
    [InlineData(BodyForm.Multipart)]
    public void Random_bytes_and_random_pieces_of_grammar_never_throw(BodyForm form) =>
        Property.Holds(random =>
        {
            var body = random.Next(3) == 0 ? RandomBytes(random) : RandomPieces(random);
            return HasOneFingerprint("multipart/mixed; boundary=B", body, form);
        }, Times);

    [Fact]
    public void Damaged_JSON_never_throws() =>
        Property.Holds(
            random => Damaged(Requests.JsonType, new JsonEncoder(random).Encode(new JsonGenerator(random).Any()), random), Times);

    [Fact]
    public void Damaged_forms_never_throw() =>
        Property.Holds(random => Damaged(Requests.FormType, FormData.Any(random).Encode(random), random), Times);

    [Fact]
    public void Damaged_multipart_never_throws() =>
        Property.Holds(random =>
        {
            var (contentType, body) = MultipartData.Any(random).Encode(random);
            return Damaged(contentType, body, random);
        }, Times);

    [Fact]
    public void Any_content_type_and_any_text_never_throw() =>
        Property.Holds(Gen.Zip(Texts.Any, Texts.Any), texts =>
            HasOneFingerprint(texts.Item1, Encoding.UTF8.GetBytes(texts.Item2), BodyForm.Auto)
            && HasOneFingerprint("multipart/mixed;" + texts.Item1, "--B--"u8.ToArray(), BodyForm.Auto)
            && HasOneFingerprint("application/json;" + texts.Item1, "[]"u8.ToArray(), BodyForm.Auto), Times);

    private static bool Damaged(string contentType, byte[] body, Random random)
    {
        var damaged = Damage(body, random);
        return HasOneFingerprint(contentType, damaged, BodyForm.Auto)
            && (Requests.Take(contentType, damaged).Form != BodyForm.Raw || damaged.AsSpan().SequenceEqual(body)
                || Requests.Take(contentType, damaged) != Requests.Take(contentType, body));
    }

    private static bool HasOneFingerprint(string contentType, byte[] body, BodyForm form)
    {
        var result = Requests.Take(contentType, body, form);
        return result == Requests.Take(contentType, body, form) && result.Form != BodyForm.Auto;
    }

    /// <summary>Applies one to three mutations: a byte changed, the body truncated, a piece inserted, a range doubled.</summary>
    private static byte[] Damage(byte[] body, Random random)
    {
        List<byte> damaged = [.. body];
        for (var i = random.Next(3); i >= 0; i--)
        {
            var at = random.Next(damaged.Count + 1);
            var kind = random.Next(4);
            if (kind == 0 && at < damaged.Count)
                damaged[at] ^= (byte)(1 << random.Next(8));
            else if (kind == 1)
                damaged.RemoveRange(at, damaged.Count - at);
            else if (kind == 2)
                damaged.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
            else
                damaged.InsertRange(at, damaged.GetRange(at, random.Next(damaged.Count - at + 1)));
        }
        return [.. damaged];
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(80)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] RandomPieces(Random random) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Pieces[random.Next(Pieces.Length)])));
}
