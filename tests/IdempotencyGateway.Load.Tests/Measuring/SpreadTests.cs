using IdempotencyGateway.Load.Measuring;

namespace IdempotencyGateway.Load.Tests.Measuring;

public class SpreadTests
{
    [Fact]
    public void A_ratio_is_that_of_the_medians_and_its_spread_that_of_the_pairs()
    {
        var ratio = Spread.OfRatio([(50, 100), (80, 100), (90, 300)]);

        Assert.Equal(new Spread(0.8, 0.3, 0.8), ratio);
    }

    [Fact]
    public void A_difference_is_that_of_the_medians_and_may_be_negative_in_a_round()
    {
        var difference = Spread.OfDifference([(1.5, 1.0), (1.0, 1.25), (2.0, 1.0)]);

        Assert.Equal(new Spread(0.5, -0.25, 1.0), difference);
    }

    [Fact]
    public void The_median_of_an_even_number_lies_between_the_two_in_the_middle() =>
        Assert.Equal(new Spread(2.5, 1, 4), Spread.OfMedian([4, 1, 3, 2]));
}
