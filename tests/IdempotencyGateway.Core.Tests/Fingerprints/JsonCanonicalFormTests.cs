using System.Globalization;
using System.Text;
using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Tests.Fingerprints.Data;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

public sealed class JsonCanonicalFormTests
{
    [Fact]
    public void Another_encoder_of_the_same_data_gives_the_same_fingerprint() =>
        Property.Holds(random =>
        {
            var data = new JsonGenerator(random).Any();
            var first = Requests.Take(Requests.JsonType, new JsonEncoder(random).Encode(data));
            var retry = Requests.Take(Requests.JsonType, new JsonEncoder(random).Encode(data));
            return first == retry && first.Form == BodyForm.Json;
        }, times: 10_000);

    [Fact]
    public void Any_change_of_the_data_changes_the_fingerprint() =>
        Property.Holds(random =>
        {
            var generator = new JsonGenerator(random);
            var data = generator.Any();
            var changed = generator.Changed(data);
            var one = Requests.Take(Requests.JsonType, new JsonEncoder(random).Encode(data));
            var other = Requests.Take(Requests.JsonType, new JsonEncoder(random).Encode(changed));
            return (data.Meaning() == changed.Meaning()) == (one == other);
        }, times: 20_000);

    [Fact]
    public void Member_order_space_and_escapes_do_not_count() => Requests.AssertAllSame(
        Requests.JsonType,
        BodyForm.Json,
        """{"vendor_data":"A","metadata":{"y":[1,2],"x":null}}""",
        """ { "metadata" : { "x" : null , "y" : [ 1 , 2 ] } , "vendor_data" : "\u0041" } """,
        "{\"\\u0076endor_data\":\"A\",\r\n\t\"metadata\":{\"x\":null,\"y\":[1,2]}}\n");

    [Fact]
    public void Pairs_of_surrogates_and_short_escapes_are_the_characters_they_stand_for() => Requests.AssertAllSame(
        Requests.JsonType, BodyForm.Json, "[\"\U0001F600/\\n\\b\\f\\r\\t\"]", """["\ud83d\uDE00\/\u000a\u0008\u000C\u000d\u0009"]""");

    [Fact]
    public void Types_never_meet() => Requests.AssertAllDiffer(
        Requests.JsonType,
        "1", "\"1\"", "[1]", "null", "\"null\"", "true", "\"true\"", "false", "0", "\"\"",
        "{}", "[]", "[[]]", "[{}]", "[null]", "\"z\"", "\"n1\"");

    [Fact]
    public void The_shape_of_what_is_nested_counts() => Requests.AssertAllDiffer(
        Requests.JsonType,
        "[1,2]", "[2,1]", "[12]", "[[1],2]", "[[1,2]]", "[1,[2]]", "{\"a\":[1,2]}", "{\"a\":1,\"b\":2}",
        "{\"a\":{\"b\":2}}", "{\"a\":{},\"b\":2}", "{\"ab\":2}",
        "{\"a\":\"b\"}", "[\"a\",\"b\"]", "[\"ab\"]", "[\"ab\",\"\"]",
        "[\"a\\\"\\\"b\"]", "[\"a\u00FF\\\"b\"]", "[\"a\\\"n1\"]", "[\"a\",1]");

    [Fact]
    public void Numbers_are_compared_as_written() =>
        Requests.AssertAllDiffer(Requests.JsonType, "1", "1.0", "1e0", "1E0", "1e+0", "10", "-0", "0", "9007199254740993", "9007199254740992");

    [Fact]
    public void Names_that_stand_twice_keep_their_order()
    {
        Requests.AssertAllDiffer(
            Requests.JsonType, """{"a":1,"a":2}""", """{"a":2,"a":1}""", """{"a":1}""", """{"a":2}""", """{"a":1,"a":2,"a":1}""");
        Requests.AssertAllSame(Requests.JsonType, BodyForm.Json, """{"a":1,"b":0,"a":2}""", """{"b":0,"a":1,"\u0061":2}""");
    }

    [Fact]
    public void Every_unit_of_UTF_16_is_a_string_of_its_own()
    {
        var fingerprints = Enumerable.Range(0, 0x10000)
            .Select(unit => Requests.Take(Requests.JsonType, string.Create(CultureInfo.InvariantCulture, $"\"\\u{unit:x4}\"")).Fingerprint)
            .ToHashSet();

        Assert.Equal(0x10000, fingerprints.Count);
    }

    [Fact]
    public void Surrogates_that_stand_alone_meet_nothing_else() => Requests.AssertAllDiffer(
        Requests.JsonType,
        """["\ud800"]""", """["\ud801"]""", """["\udc00"]""", """["\ufffd"]""", """["\udc00\ud800"]""",
        """["\ud800\udc00"]""", """["\ud800","\udc00"]""");

    [Fact]
    public void Objects_of_many_members_are_sorted_whatever_their_number()
    {
        var members = Enumerable.Range(0, 5_000).Select(i => $"\"member-{i:x}\":{i}").ToArray();
        var one = Requests.Take(Requests.JsonType, $"{{{string.Join(',', members)}}}");
        new Random(1).Shuffle(members);

        Assert.Equal(one, Requests.Take(Requests.JsonType, $"{{{string.Join(',', members)}}}"));
    }

    [Theory]
    [InlineData(64, BodyForm.Json)]
    [InlineData(65, BodyForm.Raw)]
    [InlineData(100_000, BodyForm.Raw)]
    public void Sixty_four_levels_are_read_and_deeper_ones_are_raw(int levels, BodyForm form)
    {
        var arrays = new string('[', levels) + new string(']', levels);
        var objects = string.Concat(Enumerable.Repeat("{\"b\":0,\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);

        Assert.Equal(form, Requests.Take(Requests.JsonType, arrays).Form);
        Assert.Equal(form, Requests.Take(Requests.JsonType, objects).Form);
    }

    [Theory]
    [InlineData("{\"a\":1")]
    [InlineData("{\"a\":1,}")]
    [InlineData("[1,]")]
    [InlineData("[1] [2]")]
    [InlineData("[1]/* */")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("NaN")]
    [InlineData("\"\t\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u00g0\"")]
    [InlineData("\"\\u+041\"")]
    [InlineData("\"a")]
    [InlineData(" ")]
    [InlineData("tru")]
    [InlineData("\uFEFF{}")]
    public void What_a_strict_parser_refuses_is_raw(string body)
    {
        Assert.Equal(Requests.Take(Requests.JsonType, body, BodyForm.Raw), Requests.Take(Requests.JsonType, body));
        Assert.Equal(BodyForm.Raw, Requests.Take(Requests.JsonType, body, BodyForm.Json).Form);
    }

    [Fact]
    public void A_byte_order_mark_is_not_JSON_and_so_the_body_is_compared_by_its_bytes() =>
        Requests.AssertAllDiffer(Requests.JsonType, "\uFEFF{\"a\":1}", "{\"a\":1}", "\uFEFF{ \"a\":1}");

    [Fact]
    public void Text_that_is_no_UTF_8_is_raw()
    {
        byte[][] bodies = [[(byte)'"', 0xFF, (byte)'"'], [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'], [(byte)'"', 0xC0, 0x80, (byte)'"']];

        Assert.All(bodies, body => Assert.Equal(BodyForm.Raw, Requests.Take(Requests.JsonType, body).Form));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8", BodyForm.Json)]
    [InlineData("application/json; charset=\"UTF-8\"", BodyForm.Json)]
    [InlineData("application/json; charset=utf-16", BodyForm.Raw)]
    [InlineData("application/json; charset=shift_jis", BodyForm.Raw)]
    public void In_another_charset_the_bytes_are_not_read_as_JSON(string contentType, BodyForm form) =>
        Assert.Equal(form, Requests.Take(contentType, Encoding.UTF8.GetBytes("{}")).Form);
}
