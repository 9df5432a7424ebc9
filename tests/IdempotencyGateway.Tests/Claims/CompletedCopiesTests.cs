using IdempotencyGateway.Claims;
using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Tests.Stores;

namespace IdempotencyGateway.Tests.Claims;

public sealed class CompletedCopiesTests : IDisposable
{
    private static readonly RecordedAnswer Answer = new RecordedAnswer.Whole(new(200, DateTimeOffset.UnixEpoch, [], default, []));
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
    public void An_answer_read_after_it_is()
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
        _copies.Add(StoreSamples.Key("k"), StoreSamples.Fingerprint("f"), new RecordedAnswer.Unreadable("why"), TimeSpan.FromHours(1), _copies.Stamp);

        Assert.Null(Find("k"));
    }

    private void Add(string name, long stamp) => _copies.Add(StoreSamples.Key(name), StoreSamples.Fingerprint("f"), Answer, TimeSpan.FromHours(1), stamp);

    private RecordedAnswer? Find(string name) => _copies.Find(StoreSamples.Key(name), StoreSamples.Fingerprint("f"));
}
