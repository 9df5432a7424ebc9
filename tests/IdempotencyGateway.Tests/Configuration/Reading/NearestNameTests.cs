using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Tests.Configuration.Reading;

public class NearestNameTests
{
    private static readonly string[] Names = ["Lease", "Deadline", "Retention", "OnUnknown"];

    [Theory]
    [InlineData("Leese", "Lease")]
    [InlineData("lesae", "Lease")]
    [InlineData("Deadlines", "Deadline")]
    [InlineData("Retenton", "Retention")]
    [InlineData("OnUnkown", "OnUnknown")]
    public void A_mistyped_name_finds_the_one_that_was_meant(string given, string meant) => Assert.Equal(meant, NearestName.Of(given, Names));

    [Theory]
    [InlineData("Colour")]
    [InlineData("x")]
    [InlineData("")]
    public void A_foreign_name_finds_none(string given) => Assert.Null(NearestName.Of(given, Names));
}
