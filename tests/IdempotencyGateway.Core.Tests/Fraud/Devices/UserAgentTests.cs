using IdempotencyGateway.Core.Fraud.Devices;

namespace IdempotencyGateway.Core.Tests.Fraud.Devices;

public sealed class UserAgentTests
{
    private const string Windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private const string Mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0";
    private const string Phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";
    private const string Tablet = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
    private const string IPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
    private const string Firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private const string Brands = "\"Google Chrome\";v=\"141\", \"Not?A_Brand\";v=\"8\", \"Chromium\";v=\"141\"";

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData(" \t", true)]
    [InlineData("x", false)]
    public void Nothing_is_missing(string? userAgent, bool missing) => Assert.Equal(missing, UserAgent.IsMissing(userAgent));

    [Theory]
    [InlineData("curl/8.14.1")]
    [InlineData("python-requests/2.32")]
    [InlineData("Go-http-client/2.0")]
    [InlineData("Wget/1.21")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36")]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")]
    [InlineData("Mozilla/5.0 (compatible; bingbot/2.0)")]
    [InlineData("SomeBot")]
    [InlineData("Mozilla/5.0 (compatible; Yahoo! Slurp)")]
    [InlineData("Java/21.0.1")]
    [InlineData("Scrapy/2.11 (+https://scrapy.org)")]
    public void Who_names_itself_a_machine_is_a_bot(string userAgent) => Assert.True(UserAgent.IsBot(userAgent));

    [Theory]
    [InlineData(Windows)]
    [InlineData(Mac)]
    [InlineData(Phone)]
    [InlineData(IPhone)]
    [InlineData(Firefox)]
    [InlineData("Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_7) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36")]
    [InlineData("MyBank/4.2 (iPhone; iOS 18.5) CFNetwork/1492 Darwin/24.0")]
    [InlineData("okhttp/4.12.0")]
    [InlineData("Abbott/1.0 botany")]
    public void Browsers_and_apps_are_none(string userAgent) => Assert.False(UserAgent.IsBot(userAgent));

    [Theory]
    [InlineData(Windows, Brands, "?0", "\"Windows\"", false)]
    [InlineData(Windows, Brands, "?0", "\"macOS\"", true)]
    [InlineData(Windows, Brands, "?0", "\"Linux\"", true)]
    [InlineData(Windows, Brands, "?1", "\"Windows\"", true)]
    [InlineData(Windows, Brands, null, null, false)]
    [InlineData(Windows, null, null, null, false)]
    [InlineData(Windows, "\"Chromium\";v=\"120\"", null, null, true)]
    [InlineData(Windows, "\"Not?A_Brand\";v=\"8\"", null, null, false)]
    [InlineData(Windows, "garbage", "yes", "\"Plan 9\"", false)]
    [InlineData(Mac, Brands, "?0", "\"macOS\"", false)]
    [InlineData(Mac, Brands, "?0", "\"Windows\"", true)]
    [InlineData(Phone, Brands, "?1", "\"Android\"", false)]
    [InlineData(Phone, Brands, "?0", "\"Android\"", true)]
    [InlineData(Phone, Brands, "?1", "\"Windows\"", true)]
    [InlineData(Tablet, Brands, "?0", "\"Android\"", false)]
    [InlineData(Firefox, Brands, "?0", "\"Linux\"", true)]
    [InlineData(Firefox, null, "?0", "\"Linux\"", false)]
    [InlineData(IPhone, Brands, "?1", null, true)]
    [InlineData(IPhone, null, "?0", null, true)]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/141.0.0.0", Brands, "?0", "\"Chrome OS\"", false)]
    [InlineData("MyApp/1.0", Brands, null, null, false)]
    public void Hints_contradict_what_a_User_Agent_cannot_mean(string userAgent, string? brands, string? mobile, string? platform, bool contradict) =>
        Assert.Equal(contradict, new ClientHints(brands, mobile, platform).Contradict(userAgent));

    [Fact]
    public void Looking_allocates_nothing()
    {
        var hints = new ClientHints(Brands, " ?0", " \"Windows\" ");

        Assert.Equal(0, Allocation.Of(() => hints.Contradict(Windows)));
        Assert.Equal(0, Allocation.Of(() => UserAgent.IsBot(Windows)));
    }

    [Fact]
    public void Any_texts_are_read_and_never_a_crash() => Property.Holds(
        FsCheck.Fluent.Gen.Zip(Texts.Any, Texts.Any),
        texts =>
        {
            UserAgent.IsBot(texts.Item1);
            new ClientHints("\"Chromium\";v=\"" + texts.Item2, texts.Item2, texts.Item2).Contradict("Chrome/" + texts.Item1);
            return true;
        },
        times: 100_000);
}
