using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Protection.Encryption;
using IdempotencyGateway.Tests.Stores;

namespace IdempotencyGateway.Tests.Protection.Encryption;

public sealed class RecordCipherTests
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("""201 {"name":"Alexander Sample"}""");
    private static readonly ClaimTicket Ticket = new(StoreSamples.Key("k"), StoreSamples.Owner("alice"), Fence: 3);

    private readonly KeyRingSource _ring = new(Rings.Of("a"));
    private readonly RecordCipher _cipher;

    public RecordCipherTests() => _cipher = new(_ring);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void What_was_sealed_opens_as_what_it_was(int length)
    {
        var content = new byte[length];
        content.AsSpan().Fill(7);

        Assert.Equal((null, Convert.ToHexString(content)), Open(_cipher.Seal(content, Ticket, RecordState.Done)));
    }

    [Fact]
    public void Empty_evidence_is_stored_empty()
    {
        Assert.Empty(_cipher.Seal([], Ticket, RecordState.Doubt));
        Assert.Equal((null, ""), Open([], state: RecordState.Doubt));
    }

    [Fact]
    public void A_finished_record_that_says_nothing_was_emptied()
    {
        Assert.Equal((SealDefect.Emptied, ""), Open([], state: RecordState.Done));
        Assert.Equal((null, ""), Open(_cipher.Seal([], Ticket, RecordState.Done), state: RecordState.Done));
    }

    [Fact]
    public void No_two_records_have_one_key()
    {
        var keys = new System.Collections.Concurrent.ConcurrentBag<string>();

        Parallel.For(0, 4, _ =>
        {
            Span<byte> key = stackalloc byte[RingKey.SizeInBytes];
            for (var taken = 0; taken < 1000; taken++)
            {
                FreshKeys.Take(key);
                keys.Add(Convert.ToHexString(key));
            }
        });

        Assert.Equal(4000, keys.Distinct().Count());
        Assert.DoesNotContain(new string('0', 2 * RingKey.SizeInBytes), keys);
    }

    [Fact]
    public void The_same_content_never_looks_the_same_twice()
    {
        var one = _cipher.Seal(Content, Ticket, RecordState.Done);
        var other = _cipher.Seal(Content, Ticket, RecordState.Done);

        Assert.Empty(Pieces(one).Intersect(Pieces(other)));

        // Compare only what follows the nonce, whose first part is the same for all records of a thread.
        static IEnumerable<string> Pieces(byte[] bytes) => bytes.Skip(SealedRecord.Nonce.End.Value).Chunk(8).Where(chunk => chunk.Length == 8).Select(Convert.ToHexString);
    }

    [Fact]
    public void No_two_nonces_are_the_same_whichever_thread_draws_them()
    {
        var nonces = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8)
            .SelectMany(_ => Enumerable.Range(0, 500).Select(_ => Convert.ToHexString(_cipher.Seal(Content, Ticket, RecordState.Done).AsSpan(SealedRecord.Nonce))))
            .ToArray();

        Assert.Equal(nonces.Length, nonces.Distinct().Count());
    }

    [Fact]
    public void Any_flipped_bit_is_a_defect()
    {
        var whole = _cipher.Seal(Content, Ticket, RecordState.Done);

        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var flipped = whole.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var (defect, content) = Open(flipped);
            Assert.True(defect is not null && content.Length == 0, $"bit {bit} opened");
        }
    }

    [Fact]
    public void Any_cut_is_a_defect_and_so_is_a_byte_too_many()
    {
        var whole = _cipher.Seal(Content, Ticket, RecordState.Done);

        Assert.All(Enumerable.Range(1, whole.Length - 1), length => Assert.Equal((SealDefect.Damaged, ""), Open(whole[..length])));
        Assert.Equal((SealDefect.Damaged, ""), Open([.. whole, 0]));
    }

    [Fact]
    public void A_record_does_not_open_under_another_storage_key()
    {
        var moved = _cipher.Seal(Content, Ticket, RecordState.Done);

        Assert.Equal((SealDefect.Damaged, ""), Open(moved, key: StoreSamples.Key("another caller's")));
    }

    [Fact]
    public void A_record_does_not_open_under_another_fence() =>
        Assert.Equal((SealDefect.Damaged, ""), Open(_cipher.Seal(Content, Ticket, RecordState.Done), fence: 4));

    [Fact]
    public void Evidence_stands_whoever_took_the_record_from_doubt_but_only_for_that_record_and_is_no_answer()
    {
        var evidence = _cipher.Seal(Content, Ticket, RecordState.Doubt);

        Assert.Equal((null, Convert.ToHexString(Content)), Open(evidence, fence: 3, state: RecordState.Doubt));
        Assert.Equal((null, Convert.ToHexString(Content)), Open(evidence, fence: 9, state: RecordState.Doubt));
        Assert.Equal((SealDefect.Damaged, ""), Open(evidence, key: StoreSamples.Key("another"), state: RecordState.Doubt));
        Assert.Equal((SealDefect.Damaged, ""), Open(evidence));
    }

    [Theory]
    [InlineData(RecordState.Done, RecordState.Doubt)]
    [InlineData(RecordState.Doubt, RecordState.Done)]
    public void A_record_does_not_open_in_another_state(RecordState was, RecordState made) =>
        Assert.Equal((SealDefect.Damaged, ""), Open(_cipher.Seal(Content, Ticket, was), state: made));

    [Fact]
    public void An_operators_word_stands_whoever_owned_the_record_but_only_for_that_record_and_only_as_its_end()
    {
        var word = _cipher.SealOverruling(Content, Ticket.Key);

        Assert.Equal((null, Convert.ToHexString(Content)), Open(word, fence: 1));
        Assert.Equal((null, Convert.ToHexString(Content)), Open(word, fence: 9));
        Assert.Equal((SealDefect.Damaged, ""), Open(word, key: StoreSamples.Key("another")));
        Assert.Equal((SealDefect.Damaged, ""), Open(word, state: RecordState.Doubt));
    }

    [Fact]
    public void An_owners_word_cannot_be_passed_off_as_an_operators()
    {
        var whole = _cipher.Seal(Content, Ticket with { Fence = 0 }, RecordState.Done);
        whole[1] = (byte)SealedRecord.Writer.Operator;

        Assert.Equal((SealDefect.Damaged, ""), Open(whole, fence: 0));
    }

    [Fact]
    public void Parts_of_two_records_do_not_make_a_third()
    {
        var one = _cipher.Seal(Content, Ticket, RecordState.Done);
        var other = _cipher.Seal(Encoding.UTF8.GetBytes("another answer"), Ticket, RecordState.Done);
        var cut = SealedRecord.KeyTag.End.Value;

        Assert.Equal((SealDefect.Damaged, ""), Open([.. one[..cut], .. other[cut..]]));
    }

    [Fact]
    public void A_plain_record_is_not_taken_for_a_sealed_one() => Assert.Equal((SealDefect.NotSealed, ""), Open([1, .. Content]));

    [Fact]
    public void After_a_rotation_old_records_open_and_new_ones_are_under_the_new_key()
    {
        var old = _cipher.Seal(Content, Ticket, RecordState.Done);
        _ring.Replace(Rings.Of("a", "b"));
        var young = _cipher.Seal(Content, Ticket, RecordState.Done);

        Assert.Equal((null, Convert.ToHexString(Content)), Open(old));
        Assert.Equal((null, Convert.ToHexString(Content)), Open(young));
        Assert.Equal((Rings.Key("a").Id, Rings.Key("b").Id), (SealedRecord.KeyIdOf(old), SealedRecord.KeyIdOf(young)));
    }

    [Fact]
    public void A_record_under_a_key_that_left_the_ring_is_named_so()
    {
        var old = _cipher.Seal(Content, Ticket, RecordState.Done);
        _ring.Replace(Rings.Of("b"));

        Assert.Equal(SealDefect.UnknownKey, _cipher.TryOpen(old, Ticket.Key, Ticket.Fence, RecordState.Done, out var content, out var keyId));
        Assert.Empty(content);
        Assert.Equal(Rings.Key("a").Id, keyId);
    }

    private (SealDefect?, string) Open(byte[] record, StorageKey? key = null, long fence = 3, RecordState state = RecordState.Done)
    {
        var defect = _cipher.TryOpen(record, key ?? Ticket.Key, fence, state, out var content, out _);
        return (defect, Convert.ToHexString(content));
    }
}
