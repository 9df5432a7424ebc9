using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class CallerScopeTests
{
    private static readonly KeyValuePair<string, string> Token = new("authorization", "Bearer t");
    private static readonly KeyValuePair<string, string> ApiKey = new("x-api-key", "k");

    [Fact]
    public void No_two_callers_meet_whatever_kind_they_are()
    {
        CallerScope[] callers =
        [
            CallerScope.Shared(Secrets.One),
            CallerScope.FromCredentials(Secrets.One, []),
            CallerScope.FromCredentials(Secrets.One, [Token]),
            CallerScope.FromCredentials(Secrets.One, [ApiKey]),
            CallerScope.FromCredentials(Secrets.One, [Token, ApiKey]),
            CallerScope.FromCredentials(Secrets.One, [new("authorization", "Bearer u")]),
            CallerScope.FromCredentials(Secrets.One, [new("authorization", "")]),
            CallerScope.FromCredentials(Secrets.One, [new("authorizationB", "earer t")]),
            CallerScope.FromTrustedHeader(Secrets.One, "authorization", "Bearer t"),
            CallerScope.FromToken(Secrets.One, "a", [new("sub", "b")]),
            CallerScope.FromToken(Secrets.One, "b", [new("sub", "a")]),
            CallerScope.FromToken(Secrets.One, "a", [new("client_id", "b")]),
            CallerScope.FromToken(Secrets.One, "a", [new("sub", "b"), new("client_id", "")]),
            CallerScope.FromCertificate(Secrets.One, "a", "Subject", "b"),
            CallerScope.FromCertificate(Secrets.One, "b", "Subject", "a"),
            CallerScope.FromCertificate(Secrets.One, "a", "San", "b"),
        ];

        Assert.Equal(callers.Length, callers.Distinct().Count());
    }

    [Fact]
    public void The_same_credentials_are_the_same_caller_and_show_nowhere_in_text()
    {
        var caller = CallerScope.FromCredentials(Secrets.One, [Token]);

        Assert.Equal(CallerScope.FromCredentials(Secrets.One, [new("authorization", "Bearer t")]), caller);
        Assert.NotEqual(CallerScope.FromCredentials(Secrets.Two, [Token]), caller);
        Assert.DoesNotContain("Bearer", caller.ToString(), StringComparison.Ordinal);
    }
}
