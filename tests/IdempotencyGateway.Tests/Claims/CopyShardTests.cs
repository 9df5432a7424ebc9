using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Claims;

public sealed class CopyShardTests
{
    private const int CopyInBytes = 10;
    private const int Room = 10;

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly CopyShard _shard;

    public CopyShardTests() => _shard = new(Room * CopyInBytes, MaxAge, _clock);

    [Fact]
    public void A_shard_never_exceeds_its_size_and_counts_its_content()
    {
        for (var i = 0; i < 5 * Room; i++)
        {
            Add($"k{i}", CopyInBytes + i % 3);

            var found = Enumerable.Range(0, i + 1).Count(k => Has($"k{k}"));
            Assert.InRange(_shard.Statistics.Bytes, CopyInBytes, Room * CopyInBytes);
            Assert.Equal(found, _shard.Statistics.Entries);
            Assert.True(Has($"k{i}"), "the newest copy must be there");
        }
    }

    [Fact]
    public void A_copy_that_is_asked_for_stays_while_others_come_and_go()
    {
        Add("asked for");
        Add("forgotten");
        for (var i = 0; i < 5 * Room; i++)
        {
            Add($"k{i}");
            Assert.True(Has("asked for"), $"after {i + 1} others");
        }
        Assert.False(Has("forgotten"));
    }

    [Fact]
    public void A_copy_as_large_as_the_shard_evicts_all_others()
    {
        Add("small");
        Add("large", Room * CopyInBytes);
        Assert.True(Has("large"));
        Assert.False(Has("small"));

        Add("too large", Room * CopyInBytes + 1);
        Assert.False(Has("too large"));
        Assert.True(Has("large"));
    }

    [Fact]
    public void A_copy_lives_as_long_as_it_may_and_asking_for_it_makes_it_no_younger()
    {
        Add("k");
        _clock.Advance(MaxAge - TimeSpan.FromTicks(1));
        Assert.True(Has("k"));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(Has("k"));
        Assert.Equal(0, _shard.Statistics.Entries);
    }

    [Fact]
    public void What_is_too_old_is_let_go_though_nobody_asks_for_it()
    {
        Add("k");
        for (var i = 0; i < 2; i++)
        {
            _clock.Advance(MaxAge + TimeSpan.FromTicks(1));
            Add($"k{i}");
        }
        Assert.Equal(2, _shard.Statistics.Entries);
    }

    [Fact]
    public void Of_two_copies_for_one_key_the_later_counts()
    {
        Assert.False(Has("k"));
        Add("k", fingerprint: "first");
        Add("k", fingerprint: "second");

        Assert.Equal(StoreSamples.Fingerprint("second"), _shard.Find(StoreSamples.Key("k"))?.Fingerprint);
        Assert.Equal(new CopyStatistics(Entries: 1, CopyInBytes, Hits: 1, Misses: 1), _shard.Statistics);
    }

    [Fact]
    public void What_was_taken_in_encoded_is_decoded_once()
    {
        var encoded = RecordCodec.Encode(new RecordedResponse(201, DateTimeOffset.UnixEpoch, [new("a", "b")], "body"u8.ToArray(), []));
        var key = StoreSamples.Key("k");
        _shard.Add(key, new Copy(StoreSamples.Fingerprint("f"), encoded, decoded: null, CopyInBytes, _clock.GetTimestamp(), MaxAge, _clock.GetUtcNow() + MaxAge));

        var answer = Assert.IsType<RecordedAnswer.Whole>(_shard.Find(key)!.Answer);
        Assert.Equal(201, answer.Response.Status);
        Assert.Equal("body"u8, answer.Response.Body.Span);
        Assert.Same(answer, _shard.Find(key)!.Answer);
    }

    private void Add(string name, int bytes = CopyInBytes, string fingerprint = "f") => _shard.Add(
        StoreSamples.Key(name), new Copy(StoreSamples.Fingerprint(fingerprint), default, decoded: null, bytes, _clock.GetTimestamp(), MaxAge, _clock.GetUtcNow() + MaxAge));

    private bool Has(string name) => _shard.Find(StoreSamples.Key(name)) is not null;
}
