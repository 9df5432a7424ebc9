using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Tests.Stores;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Claims;

public sealed class CompletedCopiesTests : IDisposable
{
    private static readonly RecordedAnswer Answer = new RecordedAnswer.Whole(new(200, DateTimeOffset.UnixEpoch, [], default, []));
    private static readonly DateTimeOffset InAnHour = DateTimeOffset.UtcNow.AddHours(1);
    private readonly CompletedCopies _copies = new(new(), new NoSignals(TimeProvider.System), TimeProvider.System);

    public void Dispose() => _copies.Dispose();

    [Fact]
    public void An_answer_that_was_read_before_an_erasure_is_not_taken_in_after_it()
    {
        var stamp = _copies.Stamp;
        _copies.Evict(StoreSamples.Key("k"));
        Add("k", stamp);

        Assert.Null(Find("k"));
    }

    [Fact]
    public void An_answer_that_was_read_after_an_erasure_is_taken_in()
    {
        _copies.Evict(StoreSamples.Key("k"));
        Add("k", _copies.Stamp);

        Assert.Same(Answer, Find("k"));
    }

    [Fact]
    public void Of_a_racing_erasure_and_copy_the_erasure_always_wins()
    {
        for (var round = 0; round < 2000; round++)
        {
            var name = $"k{round}";
            var stamp = _copies.Stamp;
            Parallel.Invoke(() => Add(name, stamp), () => _copies.Evict(StoreSamples.Key(name)));

            Assert.Null(Find(name));
        }
    }

    [Fact]
    public void What_cannot_be_read_is_not_kept()
    {
        _copies.Add(StoreSamples.Key("k"), StoreSamples.Fingerprint("f"), new RecordedAnswer.Unreadable("why"), InAnHour, _copies.Stamp);

        Assert.Null(Find("k"));
    }

    [Fact]
    public void A_copy_answers_no_other_request_with_its_key()
    {
        Add("k", _copies.Stamp);

        Assert.Null(_copies.Find(StoreSamples.Key("k"), StoreSamples.Fingerprint("other")));
    }

    [Theory]
    [InlineData(5, 10, 5)]
    [InlineData(10, 5, 5)]
    public void A_copy_lives_no_longer_than_its_record_and_no_longer_than_copies_may(int ofRecord, int ofCopies, int expected)
    {
        var clock = new ManualTimeProvider();
        using var copies = new CompletedCopies(new() { MaxAge = TimeSpan.FromMinutes(ofCopies) }, new NoSignals(clock), clock);
        copies.Add(StoreSamples.Key("k"), StoreSamples.Fingerprint("f"), Answer, clock.GetUtcNow() + TimeSpan.FromMinutes(ofRecord), copies.Stamp);

        clock.Advance(TimeSpan.FromMinutes(expected) - TimeSpan.FromTicks(1));
        Assert.Same(Answer, copies.Find(StoreSamples.Key("k"), StoreSamples.Fingerprint("f"))?.Answer);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(copies.Find(StoreSamples.Key("k"), StoreSamples.Fingerprint("f")));
    }

    private void Add(string name, long stamp) => _copies.Add(StoreSamples.Key(name), StoreSamples.Fingerprint("f"), Answer, InAnHour, stamp);

    private RecordedAnswer? Find(string name) => _copies.Find(StoreSamples.Key(name), StoreSamples.Fingerprint("f"))?.Answer;
}
