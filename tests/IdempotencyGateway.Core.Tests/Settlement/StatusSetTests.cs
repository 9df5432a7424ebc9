using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Core.Tests.Settlement;

public sealed class StatusSetTests
{
    [Theory]
    [InlineData("2xx", 200, true)]
    [InlineData("2xx", 299, true)]
    [InlineData("2xx", 300, false)]
    [InlineData("3XX", 304, true)]
    [InlineData("4xx", 400, true)]
    [InlineData("4xx", 401, false)]
    [InlineData("4xx", 403, false)]
    [InlineData("4xx", 408, false)]
    [InlineData("4xx", 425, false)]
    [InlineData("4xx", 429, false)]
    [InlineData("4xx", 499, true)]
    [InlineData("5xx", 503, true)]
    [InlineData("429", 429, true)]
    [InlineData("429", 428, false)]
    [InlineData("4xx 429", 429, true)]
    [InlineData("429 4xx", 429, true)]
    [InlineData("429 4xx", 403, false)]
    [InlineData("2xx 409", 409, true)]
    [InlineData("2xx 409", 404, false)]
    [InlineData("", 200, false)]
    public void A_class_leaves_out_what_is_no_answer_and_a_code_puts_it_back(string patterns, int status, bool final) =>
        Assert.Equal(final, Parse(patterns).Contains(status));

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    [InlineData(600)]
    [InlineData(999)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_status_that_no_pattern_can_name_counts_as_500(int status)
    {
        Assert.True(Parse("500").Contains(status));
        Assert.False(Parse("2xx 3xx 4xx").Contains(status));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(302, true)]
    [InlineData(404, true)]
    [InlineData(409, true)]
    [InlineData(429, false)]
    [InlineData(401, false)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public void By_default_everything_the_provider_decided_is_final(int status, bool final) =>
        Assert.Equal(final, StatusSet.Default.Contains(status));

    [Theory]
    [InlineData("1xx")]
    [InlineData("6xx")]
    [InlineData("xx")]
    [InlineData("2x")]
    [InlineData("20x")]
    [InlineData("199")]
    [InlineData("600")]
    [InlineData("2000")]
    [InlineData("+20")]
    [InlineData("٢٠٠")]
    [InlineData("")]
    [InlineData(" 200")]
    public void A_pattern_that_names_no_final_status_is_reported(string pattern)
    {
        Assert.Null(StatusSet.TryParse(["2xx", pattern, "3xx"], out var wrong));
        Assert.Equal(pattern, wrong);
    }

    [Fact]
    public void It_remembers_how_it_was_written() => Assert.Equal(["429", "4xx"], Parse("429 4xx").Patterns);

    private static StatusSet Parse(string patterns)
    {
        var set = StatusSet.TryParse(patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var wrong);
        Assert.Null(wrong);
        return set!;
    }
}
