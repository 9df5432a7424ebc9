using System.Text;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Tests.Bodies;

public class JsonPointerTests
{
    private const string Body = """{"a":"x","b":{"c/d":5,"e~f":[{"g":"y"},"z"],"":"empty"},"t":true,"n":null,"o":{},"blank":"","1":"one","esc":"\u00e9","num":-1.50e3}""";

    [Theory]
    [InlineData("/a", "x")]
    [InlineData("/b/c~1d", "5")]
    [InlineData("/b/e~0f/0/g", "y")]
    [InlineData("/b/e~0f/1", "z")]
    [InlineData("/b/", "empty")]
    [InlineData("/1", "one")]
    [InlineData("/esc", "é")]
    [InlineData("/num", "-1.50e3")]
    [InlineData("/t", null)]
    [InlineData("/n", null)]
    [InlineData("/o", null)]
    [InlineData("/blank", null)]
    [InlineData("/missing", null)]
    [InlineData("/b/e~0f/2", null)]
    [InlineData("/b/e~0f/x", null)]
    [InlineData("/a/b", null)]
    public void A_text_or_number_is_found_as_it_is_written(string pointer, string? expected) => Assert.Equal(expected, Find(pointer, Body));

    [Theory]
    [InlineData("""{"a":"x","a":"y"}""")]
    [InlineData("""{"a":"x","\u0061":"y"}""")]
    [InlineData("""{"a":"x"} {}""")]
    [InlineData("""{"a":"x",}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"x" """)]
    [InlineData("""["a"]""")]
    [InlineData("\"a\"")]
    [InlineData("")]
    public void What_readers_would_disagree_about_is_not_found(string body) => Assert.Null(Find("/a", body));

    [Fact]
    public void A_name_that_stands_twice_on_the_way_counts_too() => Assert.Null(Find("/a/b", """{"a":{"b":"x"},"a":{"b":"x"}}"""));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a")]
    [InlineData("/a~2")]
    [InlineData("/a~")]
    public void A_text_that_is_no_pointer_to_a_part_is_refused(string text) => Assert.False(JsonPointer.TryParse(text, out _));

    private static string? Find(string text, string body) =>
        JsonPointer.TryParse(text, out var pointer) ? pointer.FindText(Encoding.UTF8.GetBytes(body)) : throw new InvalidOperationException(text);
}
