using System.Collections.Concurrent;
using System.Text;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>A provider that answers each request with its key and body, and counts executions per key.</summary>
public sealed class EchoingProvider : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Echo, int> _executed = new();
    private readonly ConcurrentDictionary<GuardedKey, int> _keys = new();
    private KestrelProvider? _server;

    private KestrelProvider Server => _server ?? throw new InvalidOperationException("not started");

    public Uri Address => Server.Address;

    public IEnumerable<Echo> Executed => _executed.Keys;

    /// <summary>The keys and callers of all requests with a guarded method.</summary>
    public IEnumerable<GuardedKey> Keys => _keys.Keys;

    /// <summary>The keys that arrived more than once, whatever the body and path.</summary>
    public IEnumerable<GuardedKey> ExecutedAgain => _keys.Where(key => key.Value > 1).Select(key => key.Key);

    public static async Task<EchoingProvider> StartAsync()
    {
        var provider = new EchoingProvider();
        provider._server = await KestrelProvider.StartAsync(provider.AnswerAsync);
        return provider;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var echo = new Echo(Echo.KeyOf(context.Request.Headers["Idempotency-Key"].FirstOrDefault()), Encoding.Latin1.GetString(body.ToArray()));
        _executed.AddOrUpdate(echo, 1, (_, times) => times + 1);
        if (echo.Key.Length > 0 && (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPatch(context.Request.Method)))
            _keys.AddOrUpdate(new(string.Join('\n', context.Request.Headers["x-api-key"]!), echo.Key), 1, (_, times) => times + 1);
        var answer = echo.ToBytes();
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }
}

/// <summary>A caller and key, for which the gateway allows one execution.</summary>
/// <param name="Caller">The credentials that the provider received.</param>
public readonly record struct GuardedKey(string Caller, string Key);

/// <summary>The parts of a request by which these tests tell requests apart.</summary>
/// <param name="Key">The first key, without quotes; empty if there is none.</param>
/// <param name="Body">Latin-1.</param>
public readonly record struct Echo(string Key, string Body)
{
    public static string KeyOf(string? field) => field is null ? "" : field.Split(',')[0].Trim(' ', '\t').Trim('"');

    public static Echo Of(StrictRequest request) => new(KeyOf(request.Key), request.Body);

    internal static Echo Of(PlainAnswer answer)
    {
        var text = answer.Body;
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        return line < 0 ? new(text, "") : new(text[..line], text[(line + 1)..]);
    }

    public byte[] ToBytes() => Encoding.Latin1.GetBytes($"{Key}\n{Body}");
}
