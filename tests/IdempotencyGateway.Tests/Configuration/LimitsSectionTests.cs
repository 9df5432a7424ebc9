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
            Requests = 2,
            RequestsPerCaller = 3,
            Executions = 4,
            ExecutionsPerCaller = 5,
            Waiters = 6,
            WaitersPerCaller = 7,
            NewKeysPerCaller = 8,
            NewKeysWindow = TimeSpan.FromHours(1),
            BufferedBodiesBytes = 32 << 20,
            BufferedBodiesPerCallerBytes = 16 << 20,
            HeldAnswersBytes = 1 << 20,
            Head = new() { RequestLineBytes = 1024, HeadersBytes = 2048, MaxHeaders = 20, Timeout = TimeSpan.FromSeconds(5) },
            BodyPace = new() { BytesPerSecond = 0, Grace = TimeSpan.FromSeconds(9) },
        },
        GatewayFile.LoadValid(
            "Limits:Connections=1", "Limits:Requests:Total=2", "Limits:Requests:PerCaller=3", "Limits:Executions:Total=4", "Limits:Executions:PerCaller=5", "Limits:Waiters:Total=6",
            "Limits:Waiters:PerCaller=7", "Limits:NewKeys:PerCaller=8", "Limits:NewKeys:Window=1h", "Limits:BufferedBodies=32MB", "Limits:BufferedBodiesPerCaller=16MB", "Limits:HeldAnswers=1MB",
            "Limits:Head:RequestLine=1KB", "Limits:Head:Headers=2KB", "Limits:Head:MaxHeaders=20", "Limits:Head:Timeout=5s", "Limits:BodyPace:PerSecond=0", "Limits:BodyPace:Grace=9s",
            "Limits:IdleConnections=7s").Limits);

    [Fact]
    public void One_body_must_fit_into_its_callers_share() =>
        Assert.StartsWith(
            "Idempotency:Policies:create:MaxRequestBody is 10MB, more than Limits:BufferedBodiesPerCaller",
            Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal("Limits:BufferedBodiesPerCaller=5MB"))),
            StringComparison.Ordinal);
}
