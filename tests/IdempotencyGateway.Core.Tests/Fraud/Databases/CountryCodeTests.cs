using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

public sealed class CountryCodeTests
{
    [Theory]
    [InlineData("NL", "NL")]
    [InlineData("nl", "NL")]
    [InlineData("zZ", "ZZ")]
    [InlineData("NLD", "NL")]
    [InlineData("esp", "ES")]
    [InlineData("XKX", "XK")]
    [InlineData("GBR", "GB")]
    [InlineData("ZWE", "ZW")]
    [InlineData("N", "")]
    [InlineData("ZZZ", "")]
    [InlineData("N1", "")]
    [InlineData("N1D", "")]
    [InlineData(".,$", "")]
    [InlineData("NÉ", "")]
    [InlineData("NŁD", "")]
    [InlineData("Netherlands", "")]
    [InlineData("", "")]
    public void A_country_is_two_letters_or_three(string text, string code)
    {
        Assert.Equal(code.Length > 0, CountryCode.TryParse(text.AsSpan(), out var parsed));
        Assert.Equal(code, parsed.ToString());
    }

    [Fact]
    public void Any_text_is_a_country_or_none() => Property.Holds(Texts.Any, text =>
        CountryCode.TryParse(text.AsSpan(), out var code) == code.IsKnown && (code.IsKnown ? code.ToString().Length == 2 : code.ToString().Length == 0), times: 100_000);
}
