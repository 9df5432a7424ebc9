using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>Velocity counts: which requests count, and that a retry does not count again.</summary>
public sealed class CountsTests : FraudTest
{
    private static readonly VelocityRule[] Everybody =
        [.. Enum.GetValues<VelocityBy>().Select(by => new VelocityRule(by, Enum.GetValues<VelocityWindow>(), Soft: 2, Hard: 4))];

    private static FraudProfile Counting => Profile() with
    {
        Velocity = Everybody,
        Subject = [Assert.IsType<RiskSubject>(RiskSubject.TryParse("json:/vendor_data", out var source) ? source : null)],
    };

    [Fact]
    public async Task Requests_are_counted_by_address_credential_subject_and_device()
    {
        var gateway = await StartAsync(Counting);

        for (var i = 1; i <= 3; i++)
            await gateway.AskAsync(From(Quiet, $"k-{i}", Body("anna")));
        await gateway.AskAsync(From(Listed, "k-4", Body("ben")));

        var third = Arrived.All[2]["Risk-Signals"]!;
        foreach (var name in (string[])["vel.ip.60", "vel.ip.3600", "vel.ip.86400", "vel.cred.60", "vel.subject.60", "vel.dev.60"])
            Assert.Contains($"{name}=3", third, StringComparison.Ordinal);
        var fourth = Arrived.All[3]["Risk-Signals"]!;
        Assert.Contains("vel.ip.60=1,", fourth, StringComparison.Ordinal);
        Assert.Contains("vel.subject.60=1,", fourth, StringComparison.Ordinal);
        Assert.Contains("vel.cred.60=4", fourth, StringComparison.Ordinal);
        Assert.Contains("IP_VELOCITY;g=behaviour;w=10;n=3;win=60", Arrived.All[2]["Risk-Reasons"], StringComparison.Ordinal);
        Assert.Contains("NEW_DEVICE", Arrived.All[0]["Risk-Reasons"], StringComparison.Ordinal);
        Assert.DoesNotContain("NEW_DEVICE", Arrived.All[1]["Risk-Reasons"] ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storm_of_a_thousand_duplicates_counts_as_one_request()
    {
        var arrived = new Gate();
        Answer = async context =>
        {
            await arrived.Opened;
            context.Response.StatusCode = StatusCodes.Status201Created;
        };
        var gateway = await StartAsync(Counting);

        var storm = Enumerable.Range(0, 500).Select(_ => gateway.AskAsync(From(Quiet, "k", Body("anna")))).ToArray();
        await Arrived.Reached(1);
        arrived.Open();
        await Task.WhenAll(storm);
        for (var i = 0; i < 500; i++)
            await gateway.AskAsync(From(Quiet, "k", Body("anna")));
        await gateway.AskAsync(From(Quiet, "k-2", Body("anna")));

        var next = Arrived.All[1]["Risk-Signals"]!;
        Assert.Equal(2, Arrived.Count);
        foreach (var name in (string[])["vel.ip.60", "vel.cred.60", "vel.subject.60", "vel.dev.60", "vel.ip.86400"])
            Assert.Contains($"{name}=2", next, StringComparison.Ordinal);
        Assert.Contains("beh.body_repeat=1", next, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repetition_after_the_key_was_freed_counts_as_the_same_request()
    {
        var calls = 0;
        Answer = context =>
        {
            context.Response.StatusCode = ++calls < 4 ? StatusCodes.Status429TooManyRequests : StatusCodes.Status201Created;
            return Task.CompletedTask;
        };
        var gateway = await StartAsync(Counting);

        for (var i = 0; i < 4; i++)
            await gateway.AskAsync(From(Quiet, "k", Body("anna")));

        Assert.Contains("vel.ip.60=1,", Arrived.All[3]["Risk-Signals"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_came_with_another_body_counts_against_its_caller()
    {
        var gateway = await StartAsync(Counting);

        await gateway.AskAsync(From(Quiet, "k-1", Body("anna")));
        (await gateway.AskAsync(From(Quiet, "k-1", Body("ben")))).AssertProblem(GatewayProblem.KeyReused, "k-1");
        await gateway.AskAsync(From(Quiet, "k-2", Body("carol")));

        Assert.DoesNotContain("beh.key_mismatch", Arrived.All[0]["Risk-Signals"], StringComparison.Ordinal);
        Assert.Contains("beh.key_mismatch", Arrived.All[1]["Risk-Signals"], StringComparison.Ordinal);
        Assert.Contains("IDEMPOTENCY_KEY_REUSE;g=behaviour;w=15;n=1", Arrived.All[1]["Risk-Reasons"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_repetitions_of_a_wrong_body_and_a_storm_behind_it_count_as_one_mismatch()
    {
        var gateway = await StartAsync(Counting);

        await gateway.AskAsync(From(Quiet, "k-1", Body("anna")));
        var wrong = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => gateway.AskAsync(From(Quiet, "k-1", Body("ben")))));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => gateway.AskAsync(From(Quiet, "k-1", Body("anna")))));
        await gateway.AskAsync(From(Quiet, "k-2", Body("carol")));

        Assert.All(wrong, answer => answer.AssertProblem(GatewayProblem.KeyReused, "k-1"));
        Assert.Equal(2, Arrived.Count);
        Assert.Contains("IDEMPOTENCY_KEY_REUSE;g=behaviour;w=15;n=1;win=3600", Arrived.All[1]["Risk-Reasons"], StringComparison.Ordinal);
        Assert.Contains("vel.cred.60=2,", Arrived.All[1]["Risk-Signals"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_body_under_many_keys_counts_in_degrees()
    {
        var gateway = await StartAsync(Counting);

        for (var i = 1; i <= 3; i++)
            await gateway.AskAsync(From(Quiet, $"k-{i}", Body("anna")));

        Assert.Contains("beh.body_repeat=2", Arrived.All[2]["Risk-Signals"], StringComparison.Ordinal);
        Assert.Contains("DUPLICATE_PAYLOAD;g=behaviour;w=8;n=2", Arrived.All[2]["Risk-Reasons"], StringComparison.Ordinal);
    }

    /// <param name="cap">The largest answer that the route records, in bytes.</param>
    [Theory]
    [InlineData(false, 1000)]
    [InlineData(true, 1000)]
    [InlineData(true, 1)]
    public async Task A_caller_whom_the_provider_turns_down_again_and_again_is_noticed(bool isGrpc, int cap)
    {
        Answer = context =>
        {
            context.Response.StatusCode = isGrpc ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
            context.Response.ContentType = isGrpc ? "application/grpc" : "application/json";
            context.Response.Headers["grpc-status"] = "3";
            return context.Response.WriteAsync("{}");
        };
        var gateway = await StartAsync(Counting, setup => setup.Policy = setup.Policy with { Record = new() { MaxBodyBytes = cap } });

        for (var i = 1; i <= 11; i++)
            await gateway.AskAsync(From(Quiet, $"k-{i}", Body($"user-{i}")));

        Assert.DoesNotContain("beh.reject_ratio", Arrived.All[9]["Risk-Signals"], StringComparison.Ordinal);
        Assert.Contains("beh.reject_ratio=1.0", Arrived.All[10]["Risk-Signals"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Different_ones_beside_somebody_are_counted()
    {
        var gateway = await StartAsync(Counting with
        {
            Velocity =
            [
                new(VelocityBy.Ip, [VelocityWindow.Minute, VelocityWindow.Hour], Soft: 1, Hard: 3) { Distinct = VelocityOf.Subject },
                new(VelocityBy.Credential, [VelocityWindow.Minute], Soft: 1, Hard: 3) { Distinct = VelocityOf.Ip },
            ],
        });

        await gateway.AskAsync(From(Quiet, "k-1", Body("anna")));
        await gateway.AskAsync(From(Quiet, "k-2", Body("anna")));
        await gateway.AskAsync(From(Quiet, "k-3", Body("ben")));
        await gateway.AskAsync(From(Listed, "k-4", Body("ben")));

        string[] expected = ["vel.ip.subject.60=1, vel.ip.subject.3600=1, vel.cred.ip.60=1", "subject.60=1, vel.ip.subject.3600=1", "subject.60=2", "subject.60=1"];
        Assert.All(expected.Zip(Arrived.All), pair => Assert.Contains(pair.First, pair.Second["Risk-Signals"], StringComparison.Ordinal));
        Assert.DoesNotContain("VARIETY", Arrived.All[1]["Risk-Reasons"] ?? "", StringComparison.Ordinal);
        Assert.Contains("IP_VARIETY;g=behaviour;w=10;of=subject;n=2;win=60", Arrived.All[2]["Risk-Reasons"], StringComparison.Ordinal);
        Assert.Contains("CREDENTIAL_VARIETY;g=behaviour;w=10;of=ip;n=2;win=60", Arrived.All[3]["Risk-Reasons"], StringComparison.Ordinal);
        Assert.DoesNotContain("vel.ip.60", Arrived.All[3]["Risk-Signals"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_that_counts_nothing_asks_the_store_for_nothing()
    {
        var gateway = await StartAsync(Profile(List()));

        await gateway.AskAsync(From(Quiet, "k", Body("anna")));

        Assert.DoesNotContain("vel.", Arrived.All[0]["Risk-Signals"], StringComparison.Ordinal);
    }

    private static string Body(string subject) => $$"""{"workflow_id":"w-1","vendor_data":"{{subject}}"}""";
}
