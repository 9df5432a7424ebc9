using IdempotencyGateway.Core.Fraud.Databases;
using IdempotencyGateway.Core.Fraud.Places;

namespace IdempotencyGateway.Core.Tests.Fraud.Places;

public sealed class LanguagesTests
{
    [Theory]
    [InlineData("nl-NL,nl;q=0.9,en;q=0.8", "NL", false)]
    [InlineData("ru-RU,ru;q=0.9", "NL", true)]
    [InlineData("ru-RU,ru;q=0.9,en;q=0.8", "NL", true)]
    [InlineData("ru-RU, nl;q=0.1", "NL", false)]
    [InlineData("RU", "ru", false)]
    [InlineData("tr-NL", "NL", false)]
    [InlineData("zh-Hant-TW", "TW", false)]
    [InlineData("vi-Latn-DE", "DE", false)]
    [InlineData("vi-Latn-DE", "FR", true)]
    [InlineData("en-US,en;q=0.9", "RU", false)]
    [InlineData("*", "NL", false)]
    [InlineData("", "NL", false)]
    [InlineData(null, "NL", false)]
    [InlineData("ru", "", false)]
    [InlineData("ru", "AQ", false)]
    [InlineData("12,--,;q=1,x,toolong", "NL", false)]
    [InlineData("fr", "CH", false)]
    [InlineData("pt-BR", "PT", false)]
    public void A_language_that_is_at_home_nowhere_near_contradicts(string? acceptLanguage, string country, bool contradicts) =>
        Assert.Equal(contradicts, Languages.Contradict(acceptLanguage, Country(country)));

    [Fact]
    public void Any_header_is_read_and_never_a_crash() => Property.Holds(
        Texts.Any,
        text =>
        {
            Languages.Contradict(text, Country("NL"));
            return !Languages.Contradict("nl," + text, Country("NL"));
        },
        times: 100_000);

    [Theory]
    [InlineData("NL")]
    [InlineData("DE")]
    [InlineData("IN")]
    public void Reading_a_header_allocates_nothing(string country)
    {
        var code = Country(country);

        Assert.Equal(0, Allocation.Of(() => Languages.Contradict("ru-RU,ru;q=0.9,de", code)));
    }

    private static CountryCode Country(string letters) => CountryCode.TryParse(letters.AsSpan(), out var code) ? code : default;
}
