using FsCheck;
using FsCheck.Fluent;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class StorageKeyTests
{
    private sealed record Named(string Caller, string Route, string Key, Operation? Operation, int? Separate)
    {
        public StorageKey Derive(StoreSecret secret)
        {
            Assert.True(IdempotencyKey.TryParse(Key, out var key, out _));
            Fingerprint? separate = Separate is { } number ? new(new Digest256(0, 0, 0, (ulong)number)) : null;
            return StorageKey.Derive(secret, CallerScope.FromTrustedHeader(secret, "caller", Caller), Route, key, Operation, separate);
        }
    }

    // Few similar words, so that both equal words and near misses are drawn often.
    private static readonly Gen<string> Words = Gen.Elements("a", "b", "ab", "ba", "aa");

    private static readonly Gen<Named> Names =
        from texts in Words.ArrayOf(5)
        from withOperation in Gen.Elements(true, false)
        from separate in Gen.Choose(-1, 1)
        select new Named(
            texts[0], texts[1], texts[2], withOperation ? new Operation(texts[3], texts[4]) : null, separate < 0 ? null : separate);

    [Fact]
    public void Two_records_share_a_storage_key_exactly_when_everything_that_names_them_is_equal() =>
        Property.Holds(Gen.Zip(Names, Gen.OneOf(Names, Names.Select(name => name with { Route = "b" }))), pair =>
            (pair.Item1 == pair.Item2) == (pair.Item1.Derive(Secrets.One) == pair.Item2.Derive(Secrets.One)), times: 5_000);

    [Fact]
    public void Changing_one_part_alone_changes_the_storage_key()
    {
        var name = new Named("caller", "route", "key", new Operation("POST", "/a"), 1);
        Named[] others =
        [
            name with { Caller = "other" }, name with { Route = "other" }, name with { Key = "other" },
            name with { Operation = null }, name with { Operation = new("PUT", "/a") }, name with { Operation = new("POST", "/b") },
            name with { Operation = new("POST/", "a") }, name with { Separate = null }, name with { Separate = 2 },
            name with { Route = "routek", Key = "ey" },
        ];

        var keys = others.Append(name).Select(each => each.Derive(Secrets.One)).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    [Fact]
    public void Another_secret_names_another_record()
    {
        var name = new Named("caller", "route", "key", null, null);

        Assert.NotEqual(name.Derive(Secrets.One), name.Derive(Secrets.Two));
    }

    [Fact]
    public void In_text_it_is_64_hex_digits_that_say_nothing_about_the_key()
    {
        var text = new Named("caller", "route", "key", null, null).Derive(Secrets.One).ToString();

        Assert.Matches("^[0-9a-f]{64}$", text);
    }

    [Fact]
    public void What_it_writes_it_reads_in_either_case()
    {
        var key = new Named("caller", "route", "key", null, null).Derive(Secrets.One);

        Assert.True(StorageKey.TryParse(key.ToString(), out var read));
        Assert.True(StorageKey.TryParse(key.ToString().ToUpperInvariant(), out var upper));
        Assert.Equal((key, key), (read, upper));
    }

    [Theory]
    [InlineData("")]
    [InlineData("key")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000g")]
    public void What_is_not_64_hex_digits_is_none(string text) => Assert.False(StorageKey.TryParse(text, out _));

    [Fact]
    public void A_default_caller_or_key_names_nothing()
    {
        Assert.True(IdempotencyKey.TryParse("key", out var key, out _));

        Assert.Throws<InvalidOperationException>(() => StorageKey.Derive(Secrets.One, default, "route", key, null, null));
        Assert.Throws<InvalidOperationException>(
            () => StorageKey.Derive(Secrets.One, CallerScope.Shared(Secrets.One), "route", default, null, null));
    }
}
