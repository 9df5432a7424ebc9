using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Redis;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis;

/// <summary>The store contract on real servers, in whatever topology.</summary>
public abstract class RedisStoreContract : StoreContract<RedisIdempotencyStore>
{
    private readonly ShiftedTime _time = new();

    protected abstract RedisSnapshot Options { get; }

    /// <summary>The servers that currently hold records.</summary>
    protected abstract IReadOnlyList<RedisProcess> Masters { get; }

    [Fact]
    public async Task Who_takes_from_doubt_what_names_no_destination_records_its_own()
    {
        await DoubtAsync();

        var won = Assert.IsType<ClaimResult.Won>(await ClaimAsync(Request(Bob, asSent: true, takeFromDoubt: true, destination: "primary")));

        Assert.Equal("primary", won.Destination);
        Assert.Equal("primary", (await FindAsync())!.Destination);
    }

    protected override async Task<RedisIdempotencyStore> OpenAsync()
    {
        foreach (var master in Masters)
            await master.AskAsync("FLUSHALL");
        return await RedisIdempotencyStore.OpenAsync(Options, TimeProvider.System);
    }

    protected override Task AdvanceAsync(TimeSpan duration) => _time.AdvanceAsync(duration, Masters);

    private protected override async Task<StoredRecord?> FindAsync() => await base.FindAsync() is { } record
        ? record with { CreatedAt = record.CreatedAt + _time.Passed, ExpiresAt = record.ExpiresAt + _time.Passed }
        : null;
}
