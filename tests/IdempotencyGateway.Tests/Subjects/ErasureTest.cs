using System.Collections.Frozen;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Admin;
using IdempotencyGateway.Tests.Stores.Redis;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>Base class for tests of erasure, with a gateway that indexes records by person and a route whose requests delete persons.</summary>
public abstract class ErasureTest : AdminTest
{
    private protected const string Alice = """{"vendor_data":"alice-1"}""";
    private protected const string Bob = """{"vendor_data":"bob-2"}""";

    private protected Task<GatewayUnderTest> StartAsync(KestrelProvider provider, RedisProcess? redis, params string[] sources) => StartAsync(provider, redis, null, sources);

    private protected async Task<GatewayUnderTest> StartAsync(KestrelProvider provider, RedisProcess? redis, Action<GatewaySetup>? configure, params string[] sources)
    {
        var store = redis is null ? null : await RedisIdempotencyStore.OpenAsync(RedisSamples.OptionsFor(redis), TimeProvider.System);
        return await StartBeforeAsync(provider.Address, setup =>
        {
            setup.Admin = true;
            setup.StoreInstead = store;
            setup.Policy = setup.Policy with { Subject = [.. sources.Select(Parse)] };
            configure?.Invoke(setup);
        });
    }

    /// <summary>Starts a gateway with a second guarded route, whose requests delete persons.</summary>
    private protected Task<GatewayUnderTest> StartErasingAsync(KestrelProvider provider, RedisProcess? redis = null, Action<GatewaySetup>? configure = null, Func<IdempotencyPolicy, IdempotencyPolicy>? adjust = null) => StartAsync(
        provider,
        redis,
        setup =>
        {
            var erasing = new IdempotencyPolicy
            {
                Name = "erasing",
                Methods = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "DELETE"),
                Key = new() { Required = false },
                Erase = new([Parse("path:id")], StatusSet.TryParse(["2xx"], out _)!),
            };
            erasing = adjust?.Invoke(erasing) ?? erasing;
            setup.Adjust = snapshot => snapshot with
            {
                GuardedRoutes = FrozenDictionary.ToFrozenDictionary(
                    snapshot.GuardedRoutes.Append(new("people", new("people", erasing))).ToDictionary(route => route.Key, route => route.Value)),
                Routes =
                [
                    .. snapshot.Routes,
                    new RouteConfig
                    {
                        RouteId = "people",
                        ClusterId = "provider",
                        Match = new() { Path = "/guarded/people/{id}", Methods = ["DELETE"] },
                        Metadata = new Dictionary<string, string> { ["Idempotency"] = erasing.Name },
                        Order = 0,
                    },
                ],
            };
            configure?.Invoke(setup);
        },
        "json:/vendor_data");

    private protected static Task<Answer> DeleteAsync(GatewayUnderTest gateway, string person, string? key, string? type = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, $"/guarded/people/{person}");
        if (type is not null)
            request.Content = new ByteArrayContent([]) { Headers = { ContentType = new(type) } };
        request.Headers.Add("x-api-key", "caller-1");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return gateway.AskAsync(request);
    }

    private protected static Task<KestrelProvider> ProviderAsync(int deletion = 200) => KestrelProvider.StartAsync(async context =>
    {
        if (HttpMethods.IsDelete(context.Request.Method))
            context.Response.StatusCode = deletion;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync($$"""{"id":"id-of-{{context.Request.Headers["Idempotency-Key"]}}"}""");
    });

    private protected static SubjectSource Parse(string text) => SubjectSource.TryParse(text, out var source) ? source : throw new ArgumentException("no source", nameof(text));
}
