using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public class DerivedKeyTests
{
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);
    private static readonly CallerScope Ann = CallerScope.FromCredentials(Secret, [new("x-api-key", "ann")]);
    private static readonly CallerScope Bob = CallerScope.FromCredentials(Secret, [new("x-api-key", "bob")]);

    [Fact]
    public void The_same_values_make_the_same_key_and_it_is_a_valid_one()
    {
        var key = Derive(Ann, "r", new("json:/id", new string('é', 10_000)));
        Assert.Equal(key, Derive(Ann, "r", new("json:/id", new string('é', 10_000))));
        Assert.True(IdempotencyKey.TryParse(key.Value, out _, out _));
        Assert.Equal(64, key.Value.Length);
    }

    [Fact]
    public void Another_value_place_route_caller_or_operation_makes_another_key()
    {
        IdempotencyKey[] keys =
        [
            Derive(Ann, "r", new("json:/id", "1")), Derive(Ann, "r", new("json:/id", "2")), Derive(Ann, "r", new("form:id", "1")),
            Derive(Ann, "s", new("json:/id", "1")), Derive(Bob, "r", new("json:/id", "1")),
            Derive(Ann, "r", new("json:/id", "1"), new("json:/id", "")), Derive(Ann, "r", new("json:/i", "d1")),
            IdempotencyKey.Derive(Secret, Ann, "r", new Operation("POST", "/a"), [new("json:/id", "1")]),
            IdempotencyKey.Derive(Secret, Ann, "r", new Operation("POST", "/b"), [new("json:/id", "1")]),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    private static IdempotencyKey Derive(CallerScope caller, string route, params KeyValuePair<string, string>[] values) =>
        IdempotencyKey.Derive(Secret, caller, route, null, values);
}
