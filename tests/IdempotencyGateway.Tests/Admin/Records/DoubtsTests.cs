using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Admin.Records;

/// <summary>The list of records in doubt that an operator resolves.</summary>
public sealed class DoubtsTests : AdminTest
{
    [Fact]
    public async Task What_is_in_doubt_is_listed_oldest_first_up_to_the_limit()
    {
        var clock = new ManualTimeProvider();
        var gateway = await StartOpenAsync(setup => setup.Clock = clock);
        foreach (var key in new[] { "a", "b", "c" })
        {
            await DoubtAsync(gateway, key);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        await gateway.PostAsync("answered");

        var doubts = (await GetAsync(gateway, "/records?state=in-doubt&limit=2")).Json;

        Assert.Equal(3, doubts.GetProperty("total").GetInt64());
        Assert.Equal(
            [gateway.StorageKeyOf("a").ToString(), gateway.StorageKeyOf("b").ToString()],
            doubts.GetProperty("records").EnumerateArray().Select(r => r.GetProperty("storageKey").GetString()!));
        Assert.All(doubts.GetProperty("records").EnumerateArray(), r => Assert.True(r.GetProperty("resolvable").GetBoolean()));
    }

    [Fact]
    public async Task Nothing_in_doubt_is_an_empty_list()
    {
        var doubts = (await GetAsync(await StartOpenAsync(), "/records?state=in-doubt")).Json;

        Assert.Equal((0L, 0), (doubts.GetProperty("total").GetInt64(), doubts.GetProperty("records").GetArrayLength()));
    }

    [Theory]
    [InlineData("/records")]
    [InlineData("/records?state=done")]
    [InlineData("/records?state=in-doubt&limit=0")]
    [InlineData("/records?state=in-doubt&limit=1001")]
    [InlineData("/records?state=in-doubt&limit=x")]
    public async Task Only_the_list_of_doubts_exists(string path) => AssertRefused(await GetAsync(await StartOpenAsync(), path), 400, "not-readable");

    [Fact]
    public async Task A_store_that_cannot_list_says_so()
    {
        var gateway = await StartOpenAsync(setup => setup.WrapStore = store => new UnreliableStore(store));

        AssertRefused(await GetAsync(gateway, "/records?state=in-doubt"), 501, "no-list");
    }
}
