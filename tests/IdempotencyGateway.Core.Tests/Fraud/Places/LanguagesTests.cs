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
    public void A_language_that_is_at_home_nowhere_near_contradicts(string? acceptLanguage, string country, bool contradicts)
    {
        CountryCode.TryParse(country.AsSpan(), out var code);

        Assert.Equal(contradicts, Languages.Contradict(acceptLanguage, code));
    }

    [Fact]
    public void Any_header_is_read_and_never_a_crash() => Property.Holds(
        Texts.Any,
        text =>
        {
            CountryCode.TryParse("NL".AsSpan(), out var code);
            Languages.Contradict(text, code);
            return !Languages.Contradict("nl," + text, code);
        },
        times: 20_000);

    [Fact]
    public void Reading_a_header_allocates_nothing()
    {
        CountryCode.TryParse("NL".AsSpan(), out var code);
        Languages.Contradict("ru-RU,ru;q=0.9,de", code);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Languages.Contradict("ru-RU,ru;q=0.9,de", code);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("NL", "NL")]
    [InlineData("nl", "NL")]
    [InlineData("zZ", "ZZ")]
    [InlineData("N", "")]
    [InlineData("NLD", "")]
    [InlineData("N1", "")]
    [InlineData("NÉ", "")]
    [InlineData("", "")]
    public void A_country_is_two_letters(string text, string code)
    {
        Assert.Equal(code.Length > 0, CountryCode.TryParse(text.AsSpan(), out var parsed));
        Assert.Equal(code, parsed.ToString());
    }
}
