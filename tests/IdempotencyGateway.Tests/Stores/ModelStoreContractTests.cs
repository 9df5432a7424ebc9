using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>The reference model must fulfil the contract itself before real stores are compared with it.</summary>
public sealed class ModelStoreContractTests : StoreContract<IIdempotencyStore>
{
    private readonly ManualTimeProvider _time = new();

    protected override Task<IIdempotencyStore> OpenAsync() => Task.FromResult<IIdempotencyStore>(new ModelStore(_time));

    protected override Task AdvanceAsync(TimeSpan duration)
    {
        _time.Advance(duration);
        return Task.CompletedTask;
    }
}
