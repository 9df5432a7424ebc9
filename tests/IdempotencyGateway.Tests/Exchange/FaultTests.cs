using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Exchange;
using IdempotencyGateway.Forwarding;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Unexpected exceptions in the gateway: the client is told only whether its request may have been sent, and the details go only to the operators' log.</summary>
public sealed class FaultTests : ExchangeTest
{
    private const string Secret = "what only the log may say";

    [Fact]
    public async Task Before_the_claim_nothing_was_sent_and_the_key_is_free()
    {
        var gateway = await StartAsync(setup => setup.WrapStore = store => new UnreliableStore(store));
        Store.Meanwhile(nameof(Store.ClaimAsync), Fail);

        var failed = await gateway.PostAsync("k");
        var retry = await gateway.PostAsync("k");

        failed.AssertProblem(GatewayProblem.GatewayFailed, "k");
        Assert.Equal("executed", retry.Source);
        Assert.Equal(1, Executions.Deliveries);
        await AssertToldToOperatorsAloneAsync(gateway, failed);
    }

    [Theory]
    [InlineData(OnUnknown.Hold)]
    [InlineData(OnUnknown.ForwardAgain)]
    public async Task A_bug_after_the_claim_leaves_the_record_in_doubt(OnUnknown onUnknown)
    {
        var gateway = await StartAsync(setup =>
        {
            setup.WrapStore = store => new UnreliableStore(store);
            setup.Policy = setup.Policy with { OnUnknown = onUnknown };
        });
        Store.Meanwhile(nameof(Store.CompleteAsync), Fail);

        var failed = await gateway.PostAsync("k");

        failed.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 500, retryable: onUnknown == OnUnknown.ForwardAgain);
        Assert.Equal(RecordState.Doubt, (await gateway.FindAsync("k"))!.State);
        Assert.Equal(1, Executions.Deliveries);
        await AssertToldToOperatorsAloneAsync(gateway, failed);
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    public async Task A_bug_in_an_unguarded_request_is_retryable_for_safe_methods_only(string method, bool retryable)
    {
        var gateway = await StartAsync();
        await using var failing = await FailingAsync(gateway, context =>
        {
            var report = ExchangeReport.Of(context);
            report.MatchedRoute = new ChosenRoute("open", gateway.Get<SnapshotSource>().Current);
            context.Response.Headers[GuardedHeaders.Status] = GuardedHeaders.Unguarded;
            using (report.Forward())
                throw new InvalidOperationException(Secret);
        });

        var failed = await AskAsync(failing, method);

        failed.AssertProblem(GatewayProblem.NoAnswer, key: null, status: 500, retryable: retryable, source: GuardedHeaders.Unguarded);
    }

    [Fact]
    public async Task Before_a_route_was_found_nothing_was_sent()
    {
        var gateway = await StartAsync();
        await using var failing = await FailingAsync(gateway, _ => throw new InvalidOperationException(Secret));

        (await AskAsync(failing, "POST")).AssertProblem(GatewayProblem.GatewayFailed, key: null);
    }

    [Fact]
    public async Task After_a_bug_an_answer_that_has_begun_is_cut_off()
    {
        var gateway = await StartAsync();
        await using var failing = await FailingAsync(gateway, async context =>
        {
            await context.Response.WriteAsync("the first half");
            throw new InvalidOperationException(Secret);
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(failing, "GET"));
    }

    [Fact]
    public async Task What_the_server_cannot_read_is_the_clients_mistake()
    {
        var gateway = await StartAsync();
        await using var failing = await FailingAsync(gateway, _ => throw new BadHttpRequestException(Secret, StatusCodes.Status413PayloadTooLarge));

        Assert.Equal(413, (await AskAsync(failing, "POST")).Status);
    }

    private static void Fail() => throw new InvalidOperationException(Secret);

    /// <summary>Starts a server whose pipeline is only the middleware under test and a delegate that fails.</summary>
    private static Task<KestrelProvider> FailingAsync(GatewayUnderTest gateway, RequestDelegate fails)
    {
        var middleware = new ReportingMiddleware(fails, gateway.Get<ExchangeReporter>(), gateway.Get<FaultReplies>(), gateway.Get<GatewayMetrics>(), TimeProvider.System);
        return KestrelProvider.StartAsync(middleware.InvokeAsync);
    }

    private static async Task<Answer> AskAsync(KestrelProvider failing, string method)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new(method), failing.Address);
        return await Answer.ReadAsync(client.SendAsync(request));
    }

    private static async Task AssertToldToOperatorsAloneAsync(GatewayUnderTest gateway, Answer failed)
    {
        Assert.DoesNotContain(Secret, failed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", failed.Text, StringComparison.Ordinal);
        Assert.Contains("[1603] Route guarded: a request failed unexpectedly", Assert.Single(gateway.Log.Lines, line => line.Contains(Secret, StringComparison.Ordinal)), StringComparison.Ordinal);
        // The request's end is logged after the client has its answer.
        await Eventually.TrueAsync("the request's end is logged", () => gateway.Log.Lines.Any(line => line.Contains("[1601] guarded failed 500", StringComparison.Ordinal)));
    }
}
