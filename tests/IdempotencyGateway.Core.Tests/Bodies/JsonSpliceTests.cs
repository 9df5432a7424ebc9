using System.Text;
using System.Text.Json;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Core.Tests.Bodies;

public sealed class JsonSpliceTests
{
    [Theory]
    [InlineData("{}", "/risk", """{"risk":1}""")]
    [InlineData(""" { "a" : [ 1 , 2 ] } """, "/risk", """ { "a" : [ 1 , 2 ] ,"risk":1} """)]
    [InlineData("""{"risk":{"forged":true},"b":2}""", "/risk", """{"risk":1,"b":2}""")]
    [InlineData("""{"risk" : "low"}""", "/risk", """{"risk" : 1}""")]
    [InlineData("""{"a":1}""", "/metadata/risk", """{"a":1,"metadata":{"risk":1}}""")]
    [InlineData("""{"metadata":{}}""", "/metadata/risk", """{"metadata":{"risk":1}}""")]
    [InlineData("""{"metadata":{"x":"y"},"z":0}""", "/metadata/risk", """{"metadata":{"x":"y","risk":1},"z":0}""")]
    [InlineData("""{"m":{"a":{"risk":0}}}""", "/m/a/risk", """{"m":{"a":{"risk":1}}}""")]
    [InlineData("""{"a":1e2}""", "/x~1y/~0", """{"a":1e2,"x/y":{"~":1}}""")]
    [InlineData("""{"metadata":{"risk":0},"other":{"metadata":{},"risk":{}}}""", "/metadata/risk", """{"metadata":{"risk":1},"other":{"metadata":{},"risk":{}}}""")]
    public void The_value_is_put_in_and_all_else_stays(string json, string place, string expected) => Assert.Equal(expected, Put(json, place));

    [Theory]
    [InlineData("""{"risk":0,"risk":0}""", "/risk")]
    [InlineData("""{"risk":0,"RISK":0}""", "/risk")]
    [InlineData("""{"Risk":0}""", "/risk")]
    [InlineData("""{"metadata":{},"metadata":{}}""", "/metadata/risk")]
    [InlineData("""{"metadata":{"risk":0,"r\u0069sk":0}}""", "/metadata/risk")]
    [InlineData("""{"metadata":7}""", "/metadata/risk")]
    [InlineData("""{"metadata":null}""", "/metadata/risk")]
    [InlineData("""{"metadata":[]}""", "/metadata/risk")]
    [InlineData("[]", "/risk")]
    [InlineData("\"text\"", "/risk")]
    [InlineData("", "/risk")]
    [InlineData("{", "/risk")]
    [InlineData("{} {}", "/risk")]
    [InlineData("{\"a\":1,}", "/risk")]
    [InlineData("{\"a\":1} // comment", "/risk")]
    public void What_two_readers_could_read_differently_is_refused(string json, string place) => Assert.Null(Put(json, place));

    [Fact]
    public void A_name_that_is_no_UTF8_is_refused() =>
        Assert.Null(JsonSplice.Put([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], Pointer("/risk"), "1"u8));

    [Fact]
    public void A_hundred_thousand_mutations_never_throw_and_what_comes_out_is_JSON()
    {
        var random = new Random(20261121);
        var samples = (string[])["""{"metadata":{"x":"y","risk":[1,{"a":null}]},"z":0}""", """{"a":{"metadata":{"risk":{}}}}"""];
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(samples[i % samples.Length]);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (JsonSplice.Put(bytes, Pointer("/metadata/risk"), "1"u8) is not { } spliced)
                continue;
            Assert.Equal("1", Pointer("/metadata/risk").FindText(spliced));
            using var parsed = JsonDocument.Parse(spliced);
        }
    }

    private static string? Put(string json, string place) =>
        JsonSplice.Put(Encoding.UTF8.GetBytes(json), Pointer(place), "1"u8) is { } spliced ? Encoding.UTF8.GetString(spliced) : null;

    private static JsonPointer Pointer(string text) => JsonPointer.TryParse(text, out var pointer) ? pointer : throw new InvalidOperationException(text);
}
