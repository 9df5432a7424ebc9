using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Stores.Sqlite;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Stores.Sqlite;

/// <summary>How long ago the erasure of a person's records was last ordered, for one caller or for all.</summary>
public sealed class RecentOrdersTests
{
    private const int Limit = 65_536;
    private static readonly TimeSpan AnHour = TimeSpan.FromHours(1);
    private readonly ManualTimeProvider _time = new();
    private readonly RecentOrders _orders;

    public RecentOrdersTests() => _orders = new(_time);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_an_order_for_all_callers_and_one_for_a_callers_own_the_later_counts(bool ownIsLater)
    {
        _orders.Add(Person(1), ownIsLater ? null : Caller(1));
        _time.Advance(AnHour);
        _orders.Add(Person(1), ownIsLater ? Caller(1) : null);
        _time.Advance(AnHour);

        Assert.Equal(AnHour, _orders.Since(Person(1), Caller(1)));
        Assert.Equal(ownIsLater ? 2 * AnHour : AnHour, _orders.Since(Person(1), Caller(2)));
    }

    [Fact]
    public void One_that_was_repeated_is_not_forgotten_with_the_one_before()
    {
        _orders.Add(Person(1), Caller(1));
        _time.Advance(ISubjectIndex.OrderMemory - AnHour);
        _orders.Add(Person(1), Caller(1));
        _time.Advance(2 * AnHour);
        _orders.Add(Person(2), Caller(1));

        Assert.Equal(2 * AnHour, _orders.Since(Person(1), Caller(1)));
    }

    [Fact]
    public void However_many_there_are_no_more_are_kept_than_fit_and_the_oldest_goes_first()
    {
        for (var person = 0UL; person <= Limit; person++)
            _orders.Add(Person(person), Caller(1));

        Assert.Null(_orders.Since(Person(0), Caller(1)));
        Assert.Equal(TimeSpan.Zero, _orders.Since(Person(1), Caller(1)));
    }

    private static SubjectKey Person(ulong number) => new(new(number, 0, 0, 1));

    private static Digest256 Caller(ulong number) => new(number, 0, 0, 2);
}
