using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class RedisSectionTests
{
    private const string R = "Store:Redis";

    [Fact]
    public void Every_setting_reaches_the_snapshot()
    {
        var redis = GatewayFile.LoadValid(
            "Store:Kind=Redis", $"{R}:Endpoints:0=redis-1", $"{R}:Endpoints:1=10.0.0.2:7000", $"{R}:Endpoints:2=[::1]:7001", $"{R}:User=gateway",
            $"{R}:PasswordFile=/run/secrets/p", $"{R}:Tls=true", $"{R}:CaFile=/ca.pem", $"{R}:CertificateFile=/c.pem", $"{R}:KeyFile=/k.pem",
            $"{R}:Database=3", $"{R}:KeyPrefix=Fleet_1.eu-west", $"{R}:OperationTimeout=250ms", $"{R}:Durability:Replicas=2", $"{R}:Durability:Timeout=2s", $"{R}:Allow:0=Eviction").Store.Redis;

        Assert.Equal(["redis-1:6379", "10.0.0.2:7000", "[::1]:7001"], redis.Endpoints.Select(e => e.ToString()));
        Assert.Equal(("gateway", "/run/secrets/p"), (redis.User, redis.PasswordFile));
        Assert.Equal(new RedisTlsSnapshot("/ca.pem", "/c.pem", "/k.pem"), redis.Tls);
        Assert.Equal((3, "Fleet_1.eu-west", 2), (redis.Database, redis.KeyPrefix, redis.DurableReplicas));
        Assert.Equal((TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2)), (redis.OperationTimeout, redis.DurableTimeout));
        Assert.Equal([RedisAllowance.Eviction], redis.Allow);
    }

    [Fact]
    public void Sentinels_stand_in_the_place_of_endpoints()
    {
        var redis = GatewayFile.LoadValid($"{R}:Sentinel:Endpoints:0=sentinel-1", $"{R}:Sentinel:Service=records").Store.Redis;

        Assert.Equal("sentinel-1:26379", Assert.Single(redis.Sentinel!.Endpoints).ToString());
        Assert.Equal("records", redis.Sentinel.Service);
    }

    [Theory]
    [InlineData($"{R}:Endpoints:0=redis:", $"{R}:Endpoints:0 \"redis:\" is not a host and a port")]
    [InlineData($"{R}:Endpoints:0=http://redis:6379/", $"{R}:Endpoints:0 \"http://redis:6379/\" is not a host and a port")]
    [InlineData($"{R}:Endpoints:0=redis:0", $"{R}:Endpoints:0 \"redis:0\" is not a host and a port")]
    [InlineData($"{R}:Sentinel:Service=records", $"{R}:Sentinel:Endpoints is missing")]
    [InlineData($"{R}:Sentinel:Endpoints:0=s", $"{R}:Sentinel:Service is missing")]
    [InlineData($"{R}:User=gateway", $"{R}:User has no password")]
    [InlineData($"{R}:CaFile=ca.pem", $"{R}:Tls is off, but certificate files are named")]
    [InlineData($"{R}:Allow:0=Everything", $"{R}:Allow:0 \"Everything\" is not one of: Eviction, NoPersistence, FewReplicas")]
    [InlineData($"{R}:KeyPrefix=ig:2", $"{R}:KeyPrefix \"ig:2\" is not 1 to 64 of the letters a to z and A to Z, digits, -, _ and .")]
    [InlineData($"{R}:KeyPrefix={{ig}}", $"{R}:KeyPrefix \"{{ig}}\" is not 1 to 64")]
    [InlineData($"{R}:KeyPrefix=ig*", $"{R}:KeyPrefix \"ig*\" is not 1 to 64")]
    [InlineData($"{R}:KeyPrefix=größe", $"{R}:KeyPrefix \"größe\" is not 1 to 64")]
    [InlineData($"{R}:KeyPrefix=", $"{R}:KeyPrefix \"\" is not 1 to 64")]
    [InlineData($"{R}:KeyPrefix=a2345678901234567890123456789012345678901234567890123456789012345", $"{R}:KeyPrefix \"a23")]
    [InlineData($"{R}:Durability:Replicas=-1", $"{R}:Durability:Replicas \"-1\" is not a whole number")]
    public void A_mistake_is_told_with_its_remedy(string setting, string problem) =>
        Assert.StartsWith(problem, Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(setting))), StringComparison.Ordinal);

    [Fact]
    public void Two_that_exclude_each_other_are_told()
    {
        Assert.Contains("Endpoints and Sentinel are both set", Only($"{R}:Endpoints:0=a", $"{R}:Sentinel:Endpoints:0=s", $"{R}:Sentinel:Service=x"), StringComparison.Ordinal);
        Assert.Contains("PasswordFile and Password are both set", Only($"{R}:Password=a", $"{R}:PasswordFile=b"), StringComparison.Ordinal);
        Assert.Contains("belong together", Only($"{R}:Tls=true", $"{R}:KeyFile=b"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_is_never_printed() =>
        Assert.DoesNotContain("hush", GatewayFile.LoadValid($"{R}:Password=hush").Store.ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_password_does_not_stand_in_a_file()
    {
        using var file = new GatewayFile(GatewayFile.Minimal.Insert(1, """ "Store": { "Redis": { "Password": "hush" } }, """));

        var problem = Assert.Single(GatewayFile.Problems(file.Load()));

        Assert.StartsWith($"{R}:Password is a secret in a configuration file: put it into a file of its own and name that in PasswordFile", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_may_come_from_the_environment()
    {
        using var file = new GatewayFile();

        var result = file.Load(new Dictionary<string, string?> { ["IDEMPOTENCY_GATEWAY__Store__Redis__Password"] = "hush" });

        Assert.Equal("hush", Assert.IsType<SnapshotResult.Valid>(result).Snapshot.Store.Redis.Password?.Value);
    }

    private static string Only(params string[] settings) => Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(settings)));
}
