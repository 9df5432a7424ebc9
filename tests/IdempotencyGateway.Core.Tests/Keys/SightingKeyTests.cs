using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class SightingKeyTests
{
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);

    [Fact]
    public void Whoever_differs_in_kind_parts_or_their_borders_has_another_name()
    {
        SightingKey[] keys =
        [
            SightingKey.Derive(Secret, SightingKind.Address, "ab", "c"),
            SightingKey.Derive(Secret, SightingKind.Address, "a", "bc"),
            SightingKey.Derive(Secret, SightingKind.Address, "abc"),
            SightingKey.Derive(Secret, SightingKind.Subject, "abc"),
            SightingKey.Derive(Secret, SightingKind.Mismatch, new Digest256(1, 2, 3, 4)),
            SightingKey.Derive(Secret, SightingKind.Answer, new Digest256(1, 2, 3, 4)),
            SightingKey.Derive(Secret, SightingKind.Answer, new Digest256(1, 2, 3, 4), default),
            SightingKey.Derive(new StoreSecret([.. new byte[StoreSecret.SizeInBytes - 1], 1]), SightingKind.Address, "abc"),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], SightingKey.Derive(Secret, SightingKind.Address, "ab", "c"));
    }

    [Fact]
    public void A_name_says_nothing_of_whom_it_is_about() =>
        Assert.DoesNotContain("alice", SightingKey.Derive(Secret, SightingKind.Subject, "alice").ToString(), StringComparison.Ordinal);
}
