using IdempotencyGateway.Stores.RedLock;
using IdempotencyGateway.Tests.Testing.RedLock;

namespace IdempotencyGateway.Tests.Stores.RedLock;

/// <summary>The names of entries on the nodes, which several fleets may share.</summary>
public sealed class GuardNamesTests() : RedLockTest(3)
{
    /// <summary>Gateways of different versions share nodes, so the default name must never change.</summary>
    [Fact]
    public async Task The_default_name_of_a_guard()
    {
        await WinAsync(await OpenAsync(), Request("alice"));

        Assert.Equal($"idempotency-guard:{Key()}", await FirstNameAsync());
    }

    [Fact]
    public async Task Fleets_with_different_prefixes_do_not_stand_in_each_others_way()
    {
        await using var one = await OpenAsync("acme-1");
        await using var other = await OpenAsync("acme-1.2");

        await WinAsync(one, Request("alice"));
        Assert.Equal($"acme-1:{Key()}", await FirstNameAsync());

        await WinAsync(other, Request("bob"));
    }

    private Task<RedLockStore> OpenAsync(string prefix) => RedLockStore.OpenAsync(
        new ModelStore(Clock), new() { Nodes = [.. Enumerable.Range(0, Nodes.Count).Select(node => Nodes[node].Address)], Timeout = Timeout, KeyPrefix = prefix }, Clock);

    /// <summary>An entry's name from any node that has one. After a won claim a majority of nodes has.</summary>
    private async Task<string> FirstNameAsync()
    {
        var names = await Task.WhenAll(Enumerable.Range(0, Nodes.Count).Select(node => Nodes[node].AskAsync("KEYS", "*")));
        return Assert.Single(names.SelectMany(found => ((object?[])found!).Cast<string>()).Distinct());
    }
}
