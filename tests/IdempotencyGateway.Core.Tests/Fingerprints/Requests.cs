using System.Text;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Tests.Keys;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

/// <summary>Fingerprints of requests that differ only in their body.</summary>
internal static class Requests
{
    public const string JsonType = "application/json";
    public const string FormType = "application/x-www-form-urlencoded";

    private static readonly FingerprintHasher Hasher = new(Secrets.One);

    public static FingerprintResult Take(string? contentType, ReadOnlySpan<byte> body, BodyForm form = BodyForm.Auto) =>
        Hasher.Compute(new FingerprintSubject { Method = "POST", Path = "/v3/session/", ContentType = contentType, Body = body, Form = form });

    public static FingerprintResult Take(string? contentType, string body, BodyForm form = BodyForm.Auto) =>
        Take(contentType, Encoding.UTF8.GetBytes(body), form);

    /// <summary>Asserts that all bodies have different fingerprints.</summary>
    public static void AssertAllDiffer(string? contentType, params string[] bodies)
    {
        var same = bodies.GroupBy(body => Take(contentType, body).Fingerprint).FirstOrDefault(group => group.Count() > 1);
        Assert.True(same is null, $"the same fingerprint: {string.Join("  and  ", same ?? Enumerable.Empty<string>())}");
    }

    /// <summary>Asserts that all bodies have the same fingerprint, in the expected canonical form.</summary>
    public static void AssertAllSame(string? contentType, BodyForm form, params string[] bodies)
    {
        var first = Take(contentType, bodies[0]);
        Assert.Equal(form, first.Form);
        Assert.All(bodies, body => Assert.Equal(first, Take(contentType, body)));
    }
}
