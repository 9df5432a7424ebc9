using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Forwarding;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace IdempotencyGateway.Tests.Subjects;

/// <summary>Deletions over gRPC: only <c>grpc-status</c> says whether a deletion succeeded, because the HTTP status is always 200.</summary>
public sealed class GrpcDeletionsTests : ErasureTest
{
    private const string Done = "0";
    private const string InTheHead = "in the head", BehindTheBody = "behind the body", BehindABodyOverTheCap = "behind a body over the cap";
    private static readonly string[] Places = [InTheHead, BehindTheBody, BehindABodyOverTheCap];
    private static readonly string?[] Keys = ["d", null];

    public static TheoryData<string, string, string?> Refused => Every.Of(["5", "7", "13", "14"], Places, Keys);

    public static TheoryData<string, string, string?> Silent => Every.Of(["OK", ""], [InTheHead, BehindTheBody], Keys);

    public static TheoryData<string, string?> Confirmed => Every.Of(Places, Keys);

    [Theory]
    [MemberData(nameof(Refused))]
    [MemberData(nameof(Silent))]
    public async Task A_deletion_that_the_provider_does_not_confirm_erases_nothing(string code, string place, string? key)
    {
        await using var provider = await AnsweringAsync(code, place);
        var gateway = await StartAsync(provider, place);
        await gateway.PostAsync("k", Alice);

        await DeleteOverHttp2Async(gateway, key);
        await DeleteOverHttp2Async(gateway, key);

        Assert.Equal("replayed", (await gateway.PostAsync("k", Alice)).Source);
    }

    [Theory]
    [MemberData(nameof(Confirmed))]
    public async Task A_deletion_that_the_provider_confirms_erases_the_records(string place, string? key)
    {
        await using var provider = await AnsweringAsync(Done, place);
        var gateway = await StartAsync(provider, place);
        await gateway.PostAsync("k", Alice);

        await DeleteOverHttp2Async(gateway, key);

        (await gateway.PostAsync("k", Alice)).AssertProblem(GatewayProblem.Erased, "k");
    }

    [Fact]
    public async Task A_client_that_leaves_before_it_ends_has_it_carried_out_all_the_same()
    {
        var gate = new Gate();
        await using var provider = await AnsweringAsync(Done, BehindTheBody, gate.Opened);
        var gateway = await StartAsync(provider, BehindTheBody);
        await gateway.PostAsync("k", Alice);
        using (var leaving = new CancellationTokenSource())
        {
            var deletion = DeleteOverHttp2Async(gateway, "d", leaving.Token);
            await provider.Requests.Reached(2);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deletion);
        }
        gate.Open();
        await gateway.WhenIdleAsync();

        await Eventually.TrueAsync(
            "the record is erased", async () => (await gateway.PostAsync("k", Alice)).Status == GatewayProblem.Erased.Status);
    }

    [Theory]
    [InlineData(BehindABodyOverTheCap, "d")]
    [InlineData(BehindABodyOverTheCap, null)]
    [InlineData(BehindTheBody, null)]
    public async Task The_records_go_before_an_answer_that_streams_through_ends(string place, string? key)
    {
        var erasing = new Gate();
        await using var provider = await AnsweringAsync(Done, place);
        UnreliableStore? store = null;
        var gateway = await StartAsync(provider, place, setup => setup.WrapStore = inner => store = new UnreliableStore(inner));
        await gateway.PostAsync("k", Alice);
        store!.Meanwhile(nameof(ISubjectIndex.OrderErasureAsync), erasing.Open);
        store.Hang(nameof(IIdempotencyStore.EraseAsync));
        using var client = BareClient.Http2();
        using var leaving = new CancellationTokenSource();

        var deletion = DeleteAsync(client, gateway, key, leaving.Token);
        await erasing.Opened.OrGiveUp();
        // A second request on the same connection: if the first answer had ended, its end would have arrived before this answer.
        using var other = await client.SendAsync(Request(gateway, HttpMethod.Get, "/nowhere"));
        await leaving.CancelAsync();
        var heard = await Record.ExceptionAsync(() => deletion);
        store.LetGo(nameof(IIdempotencyStore.EraseAsync));

        Assert.IsAssignableFrom<OperationCanceledException>(heard);
    }

    private static Task<KestrelProvider> AnsweringAsync(string code, string place, Task? opened = null) => KestrelProvider.StartAsync(
        async context =>
        {
            var response = context.Response;
            if (!HttpMethods.IsDelete(context.Request.Method))
            {
                await response.WriteAsync("{}");
                return;
            }
            await (opened ?? Task.CompletedTask);
            response.ContentType = "application/grpc";
            if (place == InTheHead)
            {
                response.Headers[GrpcStatus.Field] = code;
                return;
            }
            await response.WriteAsync("\0\0\0\0\x02{}");
            context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers[GrpcStatus.Field] = code;
        },
        HttpProtocols.Http2);

    private Task<GatewayUnderTest> StartAsync(KestrelProvider provider, string place, Action<GatewaySetup>? configure = null) => StartErasingAsync(
        provider,
        configure: setup =>
        {
            setup.HttpRequest = EitherProvider.Http2Only;
            configure?.Invoke(setup);
        },
        adjust: policy => policy with { Record = new() { MaxBodyBytes = place == BehindABodyOverTheCap ? 1 : 1000 } });

    private static async Task DeleteOverHttp2Async(GatewayUnderTest gateway, string? key, CancellationToken cancellation = default)
    {
        using var client = BareClient.Http2();
        await DeleteAsync(client, gateway, key, cancellation);
    }

    private static async Task DeleteAsync(HttpClient client, GatewayUnderTest gateway, string? key, CancellationToken cancellation)
    {
        using var request = Request(gateway, HttpMethod.Delete, "/guarded/people/alice-1");
        request.Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request, cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static HttpRequestMessage Request(GatewayUnderTest gateway, HttpMethod method, string path) => new(method, new Uri(gateway.Http2Address, path))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Headers = { { "x-api-key", "caller-1" } },
    };
}
