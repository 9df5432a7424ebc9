using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;

namespace IdempotencyGateway.Tests.Stores;

public sealed class StoreMatrixTests
{
    [Fact]
    public void Every_store_of_the_product_passes_the_contract()
    {
        var stores = typeof(SqliteIdempotencyStore).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IIdempotencyStore)));
        var suites = typeof(StoreMatrixTests).Assembly.GetTypes().Where(type => !type.IsAbstract).Select(ContractOf).OfType<Type>().ToHashSet();

        Assert.Empty(stores.Where(store => !suites.Contains(store)).Select(store => store.FullName));
    }

    private static Type? ContractOf(Type suite)
    {
        for (var type = suite.BaseType; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(StoreContract<>))
                return type.GetGenericArguments()[0];
        }
        return null;
    }
}
