using IdempotencyGateway.Configuration;
using IdempotencyGateway.Telemetry.Logging;
using Microsoft.Extensions.Logging;

namespace IdempotencyGateway.Tests.Telemetry.Logging;

public class TalkativeSourcesTests
{
    private static readonly IReadOnlyDictionary<string, LogLevel> None = new Dictionary<string, LogLevel>();

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.BadRequests")]
    [InlineData("Yarp.ReverseProxy.Forwarder.HttpForwarder")]
    public void A_source_that_quotes_requests_says_no_more_than_warnings(string source)
    {
        var raised = TalkativeSources.Raise(LogLevel.Trace, With(None, source, LogLevel.Trace));

        Assert.Equal(LogLevel.Warning, raised[source]);
    }

    [Fact]
    public void The_general_level_does_not_apply_to_them_either() =>
        Assert.Equal(LogLevel.Warning, TalkativeSources.Raise(LogLevel.Debug, None)["Yarp.ReverseProxy.Forwarder"]);

    [Fact]
    public void A_stricter_level_stays() => Assert.Equal(
        LogLevel.Error, TalkativeSources.Raise(LogLevel.Information, With(None, "Yarp.ReverseProxy.Forwarder", LogLevel.Error))["Yarp.ReverseProxy.Forwarder"]);

    [Fact]
    public void A_silenced_parent_stays_silent() => Assert.DoesNotContain(
        TalkativeSources.Raise(LogLevel.Information, With(None, "Yarp", LogLevel.None)), level => level.Key.StartsWith("Yarp.", StringComparison.Ordinal));

    [Fact]
    public void Other_sources_have_the_level_they_were_given() =>
        Assert.Equal(LogLevel.Debug, TalkativeSources.Raise(LogLevel.Information, With(new LoggingSnapshot().Levels, "Yarp.ReverseProxy.Health", LogLevel.Debug))["Yarp.ReverseProxy.Health"]);

    private static Dictionary<string, LogLevel> With(IReadOnlyDictionary<string, LogLevel> levels, string source, LogLevel level) => new(levels) { [source] = level };
}
