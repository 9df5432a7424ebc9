using FsCheck;
using FsCheck.Fluent;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class FramedHashTests
{
    private static readonly Gen<string[]> Lists = Texts.Any.Resize(6).ArrayOf().Resize(5);

    [Fact]
    public void Different_lists_of_fields_never_meet() =>
        Property.Holds(Gen.Zip(Lists, Lists), pair =>
            pair.Item1.SequenceEqual(pair.Item2, StringComparer.Ordinal) == (Hash(pair.Item1) == Hash(pair.Item2)), times: 10_000);

    [Fact]
    public void A_character_that_slides_into_the_next_field_changes_the_hash() =>
        Property.Holds(Gen.Zip(Texts.Any.Where(text => text.Length > 0), Texts.Any), pair =>
        {
            var (left, right) = pair;
            return Hash([left, right]) != Hash([left[..^1], left[^1] + right]);
        });

    [Fact]
    public void A_field_that_is_empty_or_joined_or_left_out_changes_the_hash()
    {
        string[][] lists = [["ab", "c"], ["abc"], ["ab", "c", ""], ["", "ab", "c"], ["ab", "", "c"], ["ab"], [""], []];

        Assert.Equal(lists.Length, lists.Select(list => Hash(list)).Distinct().Count());
    }

    [Fact]
    public void Surrogates_that_stand_alone_meet_neither_each_other_nor_the_replacement_character()
    {
        string[] texts = ["\uD800", "\uD801", "\uDC00", "\uFFFD", "\uDC00\uD800", "\uD800\uDC00", "\0\uD800"];

        Assert.Equal(texts.Length, texts.Select(text => Hash([text])).Distinct().Count());
    }

    [Fact]
    public void Fields_beyond_the_scratch_memory_hash_as_they_would_within_it()
    {
        string[] fields = ["a", new('b', 10_000), "\u00E9", new('c', 100_000)];

        Assert.Equal(Hash(fields, scratch: 200_000), Hash(fields, scratch: 0));
        Assert.NotEqual(Hash(fields), Hash([.. fields[..3], fields[3][1..]]));
    }

    [Fact]
    public void Another_key_gives_another_hash()
    {
        using var hash = new FramedHash(stackalloc byte[16]);
        hash.Add("field");

        Assert.NotEqual(hash.Finish(new KeyedHash([1])), hash.Finish(new KeyedHash([2])));
    }

    [Fact]
    public void A_last_field_hashes_the_same_wherever_it_lies()
    {
        using var copied = new FramedHash(new byte[256]);
        copied.Add("field");
        Span<byte> last = [1, 2, 3, 4, 5];
        copied.Add(last);
        var expected = copied.Finish(new KeyedHash([1]));

        // From no scratch space to enough for everything: 9 bytes for the first field, 4 for the last field's length, 5 for its content.
        for (var scratch = 0; scratch < 20; scratch++)
        {
            using var hash = new FramedHash(new byte[scratch]);
            hash.Add("field");
            Assert.Equal(expected, hash.FinishWith(last, new KeyedHash([1])));
        }
    }

    private static Digest256 Hash(string[] fields, int scratch = 64)
    {
        using var hash = new FramedHash(new byte[scratch]);
        foreach (var field in fields)
            hash.Add(field);
        return hash.Finish(new KeyedHash([1, 2, 3]));
    }
}
