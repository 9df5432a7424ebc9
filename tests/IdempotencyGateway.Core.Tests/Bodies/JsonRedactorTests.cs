using System.Text;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Tests.Bodies;

public sealed class JsonRedactorTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2}""", "/a")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"c":2}}""", "/a/b")]
    [InlineData("""{"a":1}""", """{}""", "/a")]
    [InlineData("""{"a":1}""", """{"a":1}""", "/b")]
    [InlineData("""{"a":1}""", """{"a":1}""", "/a/b")]
    [InlineData("""{"a":{"b":{"deep":[1,{"x":2}]}}}""", """{"a":{}}""", "/a/b")]
    [InlineData("""{"a":[{"s":1,"t":2},{"s":3}]}""", """{"a":[{"t":2},{}]}""", "/a/*/s")]
    [InlineData("""{"a":[{"s":1},{"s":3}]}""", """{"a":[{"s":1},{}]}""", "/a/1/s")]
    [InlineData("""{"a":[1,2,3]}""", """{"a":[1,null,3]}""", "/a/1")]
    [InlineData("""{"a":[1,[2],{}]}""", """{"a":[null,null,null]}""", "/a/*")]
    [InlineData("""{"x":{"s":1},"y":{"s":2,"t":3}}""", """{"x":{},"y":{"t":3}}""", "/*/s")]
    [InlineData("""[{"s":1}]""", """[{}]""", "/*/s")]
    [InlineData("""{"a":1,"a":2,"b":3}""", """{"b":3}""", "/a")]
    [InlineData("""{"\u0061":1,"b":2}""", """{"b":2}""", "/a")]
    [InlineData("""{"a/b":1,"m~n":2,"c":3}""", """{"c":3}""", "/a~1b", "/m~0n")]
    [InlineData("""{"a":{"b":1,"c":2},"d":3}""", """{"a":{"b":1}}""", "/a/c", "/d")]
    [InlineData("""{"a":{"b":1},"d":3}""", """{"d":3}""", "/a/b", "/a")]
    [InlineData("""{"n":1.0e+3,"t":"\u00e9\/","z":"é","s":1}""", """{"n":1.0e+3,"t":"\u00e9\/","z":"é"}""", "/s")]
    [InlineData("\"text\"", "\"text\"", "/s")]
    [InlineData(""" { "a" : [ 1 , 2 ] , "s" : 1 } """, """{"a":[ 1 , 2 ]}""", "/s")]
    public void Named_parts_go_and_the_rest_keeps_its_spelling(string json, string expected, params string[] parts) =>
        Assert.Equal(expected, Redact(json, parts));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"a":1}x""")]
    [InlineData("""{"a":1} {}""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("\uFEFF{}")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("plain")]
    public void What_is_no_strict_json_is_not_passed_on(string json) => Assert.Null(Redact(json, "/a"));

    [Fact]
    public void Json_too_deep_to_be_read_is_not_passed_on() =>
        Assert.Null(Redact(string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)), "/a"));

    private static string? Redact(string json, params string[] parts)
    {
        var pointers = parts.Select(part => JsonPointer.TryParse(part, out var pointer) ? pointer : throw new ArgumentException(part, nameof(parts))).ToArray();
        return new JsonRedactor(pointers).Redact(Encoding.UTF8.GetBytes(json)) is { } redacted ? Encoding.UTF8.GetString(redacted) : null;
    }
}
