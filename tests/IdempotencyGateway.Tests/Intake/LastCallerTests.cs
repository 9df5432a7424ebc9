using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Tests.Intake;

public sealed class LastCallerTests
{
    private static readonly StoreSecret Secret = new(new byte[StoreSecret.SizeInBytes]);
    private static readonly CallerPolicy Policy = new();

    private readonly LastCaller _last = new();

    [Fact]
    public void The_same_credentials_are_the_same_callers()
    {
        Remember("one");

        Assert.Equal(ScopeOf("one"), Find("one"));
    }

    [Theory]
    [InlineData("two")]
    [InlineData("on")]
    [InlineData("onee")]
    [InlineData("One")]
    [InlineData("")]
    public void Any_others_are_not(string sent)
    {
        Remember("one");

        Assert.Null(Find(sent));
    }

    [Fact]
    public void Neither_is_the_same_text_in_another_header_or_in_two()
    {
        Remember("one");

        Assert.Null(_last.Find(Policy, [new(Policy.Headers[1], "one")]));
        Assert.Null(_last.Find(Policy, [new(Policy.Headers[0], "one"), new(Policy.Headers[1], "one")]));
        Assert.Null(_last.Find(Policy, []));
    }

    [Fact]
    public void Nor_what_another_policy_read()
    {
        Remember("one");

        Assert.Null(_last.Find(new CallerPolicy(), [new(Policy.Headers[0], "one")]));
    }

    [Fact]
    public void Only_the_last_is_known()
    {
        Remember("one");
        Remember("two");

        Assert.Null(Find("one"));
        Assert.Equal(ScopeOf("two"), Find("two"));
    }

    [Fact]
    public void Long_ones_are_not_kept()
    {
        var token = new string('t', 257);
        Remember(token);

        Assert.Null(Find(token));
    }

    private static KeyValuePair<string, string>[] Sent(string value) => [new(Policy.Headers[0], value)];

    private static CallerScope ScopeOf(string value) => CallerScope.FromCredentials(Secret, Sent(value));

    private void Remember(string value) => _last.Remember(Policy, Sent(value), ScopeOf(value));

    private CallerScope? Find(string value) => _last.Find(Policy, Sent(value));
}
