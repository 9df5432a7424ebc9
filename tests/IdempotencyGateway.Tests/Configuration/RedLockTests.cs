using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Tests.Configuration;

public class RedLockTests
{
    private static readonly string[] ThreeNodes =
        ["Store:Kind=RedLock", "Store:RedLock:Nodes:0=a:6379", "Store:RedLock:Nodes:1=b:6379", "Store:RedLock:Nodes:2=[::1]:6380"];

    [Fact]
    public void Nodes_and_times_are_read()
    {
        var store = GatewayFile.LoadValid([.. ThreeNodes, "Store:RedLock:Timeout=150ms", "Store:RedLock:ClaimTtl=5s", "Store:RedLock:KeyPrefix=acme"]).Store;

        Assert.Equal(StoreKind.RedLock, store.Kind);
        Assert.Equal([new RedisAddress("a", 6379), new RedisAddress("b", 6379), new RedisAddress("::1", 6380)], store.RedLock.Nodes);
        Assert.Equal((TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(5), "acme"), (store.RedLock.Timeout, store.RedLock.ClaimTtl, store.RedLock.KeyPrefix));
    }

    [Fact]
    public void Times_and_names_have_defaults()
    {
        var redLock = GatewayFile.LoadValid(ThreeNodes).Store.RedLock;

        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), "idempotency-guard"), (redLock.Timeout, redLock.ClaimTtl, redLock.KeyPrefix));
    }

    [Theory]
    [InlineData("Store:RedLock:Nodes is missing", "Store:Kind=RedLock")]
    [InlineData("Store:RedLock:Nodes has 2 items", "Store:RedLock:Nodes:0=a:1", "Store:RedLock:Nodes:1=b:1")]
    [InlineData(
        "Store:RedLock:Nodes has 4 items",
        "Store:RedLock:Nodes:0=a:1", "Store:RedLock:Nodes:1=b:1", "Store:RedLock:Nodes:2=c:1", "Store:RedLock:Nodes:3=d:1")]
    [InlineData(
        "Store:RedLock:Nodes names a server twice", "Store:RedLock:Nodes:0=a:1", "Store:RedLock:Nodes:1=b:1", "Store:RedLock:Nodes:2=A:1")]
    [InlineData(
        "Store:RedLock:Nodes names a server twice", "Store:RedLock:Nodes:0=a", "Store:RedLock:Nodes:1=b:6379", "Store:RedLock:Nodes:2=a:6379")]
    [InlineData("Store:RedLock:Nodes:1 \"b/1\" is not a host and a port", "Store:RedLock:Nodes:0=a:1", "Store:RedLock:Nodes:1=b/1", "Store:RedLock:Nodes:2=c:1")]
    [InlineData(
        "Store:RedLock:Nodes names localhost:6379, which is the record store itself",
        "Store:Kind=RedLock", "Store:RedLock:Nodes:0=a:1", "Store:RedLock:Nodes:1=Localhost:6379", "Store:RedLock:Nodes:2=c:1")]
    [InlineData("Store:RedLock:ClaimTtl is shorter than 10 times", "Store:RedLock:Timeout=2s")]
    [InlineData("Store:RedLock:KeyPrefix \"a:b\" is not 1 to 64", "Store:RedLock:KeyPrefix=a:b")]
    [InlineData("Store:RedLock:Timeout \"1ms\" is not", "Store:RedLock:Timeout=1ms")]
    public void A_mistake_is_told_with_its_path(string problem, params string[] settings) =>
        Assert.StartsWith(problem, Assert.Single(GatewayFile.Problems(GatewayFile.LoadMinimal(settings))), StringComparison.Ordinal);
}
