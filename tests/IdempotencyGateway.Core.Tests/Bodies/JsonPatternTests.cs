using System.Text;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Tests.Bodies;

public class JsonPatternTests
{
    private const string Body = """{"reasons":[{"code":"A"},{"code":7},{},{"code":""},"x",{"code":"B"}],"flags":["C","D"],"deep":[[{"a":"1"}],[{"a":"2"},{"a":"3"}]],"one":"E"}""";

    [Theory]
    [InlineData("/reasons/*/code", "A B")]
    [InlineData("/reasons/5/code", "B")]
    [InlineData("/flags/*", "C D")]
    [InlineData("/deep/*/*/a", "1 2 3")]
    [InlineData("/deep/1/*/a", "2 3")]
    [InlineData("/one", "E")]
    [InlineData("/one/*", "")]
    [InlineData("/*", "")]
    [InlineData("/missing/*", "")]
    public void A_star_stands_for_each_item(string pattern, string expected) => Assert.Equal(expected, Find(pattern, Body));

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("""{"reasons":[{"code":"A"}""")]
    [InlineData("""{"reasons":[{"code":"\ud800"}]}""")]
    public void In_what_is_no_json_nothing_is_found(string body) => Assert.Equal("", Find("/reasons/*/code", body));

    [Fact]
    public void No_more_than_asked_for_are_found() => Assert.Equal("1 2", Find("/deep/*/*/a", Body, limit: 2));

    private static string Find(string pattern, string body, int limit = 100)
    {
        Assert.True(JsonPattern.TryParse(pattern, out var parsed));
        return string.Join(' ', parsed.FindTexts(Encoding.UTF8.GetBytes(body), limit));
    }
}
