using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class LimitsSectionTests
{
    [Fact]
    public void Every_limit_reaches_the_snapshot() => Assert.Equal(
        new LimitsSnapshot
        {
            Connections = 1,
            IdleConnections = TimeSpan.FromSeconds(7),
            Requests = 3,
            RequestsPerCaller = 2,
            Executions = 5,
            ExecutionsPerCaller = 4,
            Waiters = 7,
            WaitersPerCaller = 6,
            NewKeysPerCaller = 8,
            NewKeysWindow = TimeSpan.FromHours(1),
            BufferedBodiesBytes = 32 << 20,
            BufferedBodiesPerCallerBytes = 16 << 20,
            HeldAnswersBytes = 1 << 20,
            Head = new() { RequestLineBytes = 1024, HeadersBytes = 2048, MaxHeaders = 20, Timeout = TimeSpan.FromSeconds(5) },
            BodyPace = new() { BytesPerSecond = 0, Grace = TimeSpan.FromSeconds(9) },
        },
        GatewayFile.LoadValid(
            "Limits:Connections=1", "Limits:Requests:Total=3", "Limits:Requests:PerCaller=2", "Limits:Executions:Total=5", "Limits:Executions:PerCaller=4", "Limits:Waiters:Total=7",
            "Limits:Waiters:PerCaller=6", "Limits:NewKeys:PerCaller=8", "Limits:NewKeys:Window=1h", "Limits:BufferedBodies=32MB", "Limits:BufferedBodiesPerCaller=16MB", "Limits:HeldAnswers=1MB",
            "Limits:Head:RequestLine=1KB", "Limits:Head:Headers=2KB", "Limits:Head:MaxHeaders=20", "Limits:Head:Timeout=5s", "Limits:BodyPace:PerSecond=0", "Limits:BodyPace:Grace=9s",
            "Limits:IdleConnections=7s").Limits);

    [Fact]
    public void One_body_must_fit_into_its_callers_share() =>
        Assert.StartsWith(
            "Idempotency:Policies:create:MaxRequestBody is 10MB, more than Limits:BufferedBodiesPerCaller",
            Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Limits:BufferedBodiesPerCaller=5MB"))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("Limits:Requests:Total=10", "Limits:Requests:PerCaller=11", "Limits:Requests:PerCaller is more than Total")]
    [InlineData("Limits:Executions:Total=10", "Limits:Executions:PerCaller=11", "Limits:Executions:PerCaller is more than Total")]
    [InlineData("Limits:Waiters:Total=10", "Limits:Waiters:PerCaller=11", "Limits:Waiters:PerCaller is more than Total")]
    [InlineData("Limits:BufferedBodies=20MB", "Limits:BufferedBodiesPerCaller=21MB", "Limits:BufferedBodiesPerCaller is more than BufferedBodies")]
    public void A_limit_per_caller_above_the_total_is_refused(string all, string part, string problem) =>
        Assert.StartsWith(problem, Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(all, part))), StringComparison.Ordinal);

    [Fact]
    public void A_limit_per_caller_that_is_not_set_is_at_most_half_of_the_total()
    {
        var limits = GatewayFile.LoadValid("Limits:Requests:Total=11", "Limits:Executions:Total=1", "Limits:Waiters:Total=1000000", "Limits:BufferedBodies=30MB").Limits;

        Assert.Equal((5, 1, 2000, 15L << 20), (limits.RequestsPerCaller, limits.ExecutionsPerCaller, limits.WaitersPerCaller, limits.BufferedBodiesPerCallerBytes));
    }

    [Fact]
    public void A_limit_per_caller_may_be_set_to_the_total() =>
        Assert.Equal(10, GatewayFile.LoadValid("Limits:Requests:Total=10", "Limits:Requests:PerCaller=10").Limits.RequestsPerCaller);
}
