using System.Globalization;
using System.Text;
using IdempotencyGateway.Load.Client;

namespace IdempotencyGateway.Load.Scenarios;

/// <summary>The requests that scenarios send: the creation of a session at an identity provider, and uploads of document photographs.</summary>
internal static class Calls
{
    private const string Session = """{"workflow_id":"11111111-2222-3333-4444-555555555555","vendor_data":"user-123","callback":"https://example.com/verification/callback","callback_method":"both","metadata":{"account_id":"ABC123","plan":"standard","source":"signup-form-7"},"contact_details":{"email":"alexander@example.com"},"language":"en"}""";
    private const int ImageBytes = 2 * 1024 * 1024;

    private static readonly RequestTemplate CreateSession = SessionThat("");
    private static readonly RequestTemplate OtherSession = new("/v3/session/", "application/json", Encoding.UTF8.GetBytes(Session.Replace("user-123", "user-321", StringComparison.Ordinal)));

    /// <summary>Each call has a new key.</summary>
    public static Call Fresh(long number) => new(CreateSession, number, StatusCodes.Status201Created);

    /// <summary>Each call repeats the first one.</summary>
    public static Call Same(long number) => Fresh(0);

    /// <summary>Each call has the key of <see cref="Same"/> with another body.</summary>
    public static Call Reused(long number) => new(OtherSession, 0, StatusCodes.Status422UnprocessableEntity);

    /// <summary>Calls with new keys, from these client addresses in turn, as a proxy in front would report them.</summary>
    public static Func<long, Call> From(IReadOnlyList<string> addresses)
    {
        var sessions = addresses.Select(address => SessionThat($"X-Forwarded-For: {address}\r\n")).ToArray();
        return number => new(sessions[number % sessions.Length], number, StatusCodes.Status201Created);
    }

    /// <summary>Makes the call of <see cref="Same"/> once, before the load starts. Otherwise early duplicates would find the first one still in flight.</summary>
    /// <exception cref="InvalidOperationException">The status is not the expected one.</exception>
    public static async Task MakeFirstAsync(Uri target)
    {
        using var connection = new Connection(target);
        var call = Same(0);
        if (await connection.AskAsync(call) is var status && status != call.Expected)
            throw new InvalidOperationException($"the first call was answered {status}");
    }

    /// <summary>Uploads of a 2 MB photograph, each with a new key.</summary>
    public static Func<long, Call> Images()
    {
        var upload = ImageUpload();
        return number => new(upload, number, StatusCodes.Status200OK);
    }

    /// <summary>A session whose creation takes the provider this long.</summary>
    public static RequestTemplate SessionThatTakes(TimeSpan latency) =>
        SessionThat(string.Create(CultureInfo.InvariantCulture, $"X-Simulate: latency={Math.Max(1, latency.TotalMilliseconds):0}ms\r\n"));

    private static RequestTemplate SessionThat(string fields) => new("/v3/session/", "application/json", Encoding.UTF8.GetBytes(Session), fields);

    private static RequestTemplate ImageUpload()
    {
        const string Boundary = "----load-upload";
        var image = new byte[ImageBytes];
        new Random(7).NextBytes(image);
        byte[] body =
        [
            .. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"front_image\"; filename=\"front.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"),
            .. image,
            .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"),
        ];
        return new("/v3/id-verification/", $"multipart/form-data; boundary={Boundary}", body);
    }
}
