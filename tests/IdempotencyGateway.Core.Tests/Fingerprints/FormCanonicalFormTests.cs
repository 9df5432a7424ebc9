using IdempotencyGateway.Core.Fingerprints;
using IdempotencyGateway.Core.Tests.Fingerprints.Data;

namespace IdempotencyGateway.Core.Tests.Fingerprints;

public sealed class FormCanonicalFormTests
{
    [Fact]
    public void Another_encoder_of_the_same_pairs_gives_the_same_fingerprint() =>
        Property.Holds(random =>
        {
            var data = FormData.Any(random);
            return Requests.Take(Requests.FormType, data.Encode(random)) == Requests.Take(Requests.FormType, data.Encode(random));
        }, times: 10_000);

    [Fact]
    public void Any_change_of_the_pairs_changes_the_fingerprint() =>
        Property.Holds(random =>
        {
            var data = FormData.Any(random);
            var changed = data.Changed(random);
            var one = Requests.Take(Requests.FormType, data.Encode(random));
            var other = Requests.Take(Requests.FormType, changed.Encode(random));
            return (data.Meaning() == changed.Meaning()) == (one == other);
        }, times: 20_000);

    [Fact]
    public void Which_characters_are_escaped_and_how_does_not_count() => Requests.AssertAllSame(
        Requests.FormType,
        BodyForm.Form,
        "metadata[user_id]=u 1&type=a=b~\u00E9",
        "metadata%5Buser_id%5D=u+1&type=a%3Db%7E%C3%A9",
        "%6detadata%5buser%5fid%5d=u%201&t%79pe=a%3db~%c3%a9");

    [Fact]
    public void The_order_of_pairs_and_the_separators_count() => Requests.AssertAllDiffer(
        Requests.FormType,
        "a=1&b=2", "b=2&a=1", "a=1&b", "a=1&b=", "a=1&&b=2", "a=1&b=2&", "&a=1&b=2", "a=1%26b=2", "a=1b=2", "a%3D1&b=2", "a=1&b=2&b=2", "A=1&b=2",
        "a==1&b=2");

    [Fact]
    public void A_plus_is_a_space_and_an_escaped_plus_is_a_plus()
    {
        Requests.AssertAllSame(Requests.FormType, BodyForm.Form, "a=+", "a=%20", "a= ");
        Requests.AssertAllDiffer(Requests.FormType, "a=+", "a=%2B", "a=", "a=%252B");
    }

    [Fact]
    public void A_percent_sign_that_begins_no_byte_is_kept_and_meets_nothing_else() => Requests.AssertAllDiffer(
        Requests.FormType,
        "a=%", "a=%25", "a=%2", "a=%252", "a=%zz", "a=%25zz", "a=%!", "a=%25!", "a=!", "a=%2%36", "a=%26", "a=%4%31",
        "a=%41", "a=%%41", "a=% 41");

    [Theory]
    [InlineData("application/x-www-form-urlencoded", BodyForm.Form)]
    [InlineData("Application/X-WWW-Form-Urlencoded;charset=UTF-8", BodyForm.Form)]
    [InlineData("application/x-www-form-urlencoded2", BodyForm.Raw)]
    public void The_content_type_says_that_it_is_a_form(string contentType, BodyForm form) =>
        Assert.Equal(form, Requests.Take(contentType, "a=1").Form);
}
