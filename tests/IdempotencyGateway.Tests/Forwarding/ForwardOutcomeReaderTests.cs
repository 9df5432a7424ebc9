using System.Net;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Forwarding;
using Yarp.ReverseProxy.Forwarder;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>What each YARP error proves about whether the request was sent. An error that a new YARP version adds has no row here and fails the test.</summary>
public sealed class ForwardOutcomeReaderTests
{
    private const string NeverSent = nameof(ForwardOutcome.NeverSent);
    private const string Unknown = nameof(ForwardOutcome.Unknown);

    /// <summary>What each error means before the HTTP client has begun to write the request's head, and after.</summary>
    private static readonly Dictionary<ForwarderError, (string Before, string After)> Meanings = new()
    {
        [ForwarderError.NoAvailableDestinations] = (NeverSent, NeverSent),
        [ForwarderError.RequestCreation] = (NeverSent, NeverSent),
        [ForwarderError.Request] = (NeverSent, Unknown),
        [ForwarderError.RequestTimedOut] = (NeverSent, Unknown),
        [ForwarderError.RequestCanceled] = (NeverSent, Unknown),
        [ForwarderError.RequestBodyCanceled] = (Unknown, Unknown),
        [ForwarderError.RequestBodyClient] = (Unknown, Unknown),
        [ForwarderError.RequestBodyDestination] = (Unknown, Unknown),
        [ForwarderError.ResponseHeaders] = (Unknown, Unknown),
        [ForwarderError.ResponseBodyCanceled] = (Unknown, Unknown),
        [ForwarderError.ResponseBodyClient] = (Unknown, Unknown),
        [ForwarderError.ResponseBodyDestination] = (Unknown, Unknown),
        [ForwarderError.UpgradeRequestCanceled] = (Unknown, Unknown),
        [ForwarderError.UpgradeRequestClient] = (Unknown, Unknown),
        [ForwarderError.UpgradeRequestDestination] = (Unknown, Unknown),
        [ForwarderError.UpgradeResponseCanceled] = (Unknown, Unknown),
        [ForwarderError.UpgradeResponseClient] = (Unknown, Unknown),
        [ForwarderError.UpgradeResponseDestination] = (Unknown, Unknown),
        [ForwarderError.UpgradeActivityTimeout] = (Unknown, Unknown),
    };

    public static TheoryData<ForwarderError> Errors => [.. Enum.GetValues<ForwarderError>().Where(error => error != ForwarderError.None)];

    public static TheoryData<ForwarderError> ErrorsAfterTheHead => [.. Meanings.Where(meaning => meaning.Value.After == Unknown).Select(meaning => meaning.Key)];

    [Theory]
    [MemberData(nameof(Errors))]
    public void Every_error_has_one_meaning_before_the_head_was_begun_and_one_after(ForwarderError error)
    {
        Assert.True(Meanings.TryGetValue(error, out var meaning), $"YARP has a new error, {error}: decide what it proves, here and in ForwardOutcomeReader.");

        Assert.Equal(meaning.Before, Read(error, begun: false).GetType().Name);
        Assert.Equal(meaning.After, Read(error, begun: true).GetType().Name);
    }

    [Theory]
    [MemberData(nameof(ErrorsAfterTheHead))]
    public void An_error_after_a_status_is_unknown_and_keeps_the_status(ForwarderError error)
    {
        var unknown = Assert.IsType<ForwardOutcome.Unknown>(Read(error, begun: true, status: 201));

        Assert.Equal(201, unknown.Status);
    }

    [Theory]
    [InlineData(ForwarderError.Request, false, false)]
    [InlineData(ForwarderError.Request, true, true)]
    [InlineData(ForwarderError.RequestCanceled, true, true)]
    [InlineData(ForwarderError.RequestTimedOut, false, true)]
    [InlineData(ForwarderError.ResponseBodyCanceled, true, true)]
    public void Time_ran_out_when_the_deadline_passed_or_the_request_timed_out(ForwarderError error, bool deadlinePassed, bool timedOut)
    {
        Assert.Equal(timedOut, Assert.IsType<ForwardOutcome.Unknown>(Read(error, begun: true, deadlinePassed: deadlinePassed)).TimedOut);
        if (Read(error, begun: false, deadlinePassed: deadlinePassed) is ForwardOutcome.NeverSent neverSent)
            Assert.Equal(timedOut, neverSent.TimedOut);
    }

    [Theory]
    [InlineData(null, 20, false, true)]
    [InlineData(20L, 20, false, true)]
    [InlineData(0L, 0, false, true)]
    [InlineData(100L, 20, false, false)]
    [InlineData(5L, 20, false, false)]
    [InlineData(null, 20, true, false)]
    [InlineData(null, 0, true, false)]
    public void An_answer_is_whole_when_it_ended_by_itself_and_as_announced(long? announced, long received, bool endsWithConnection, bool whole)
    {
        var attempt = Attempt(begun: true, status: 201);
        attempt.AnnouncedLength = announced;
        attempt.EndsWithConnection = endsWithConnection;

        var outcome = ForwardOutcomeReader.Read(error: null, attempt, 201, received, deadlinePassed: false);

        if (whole)
            Assert.Equal(new ForwardOutcome.Answered(201), outcome);
        else
            Assert.Equal(201, Assert.IsType<ForwardOutcome.Unknown>(outcome).Status);
    }

    [Fact]
    public void The_provider_s_status_decides_and_not_what_the_configuration_made_of_it() => Assert.Equal(
        new ForwardOutcome.Answered(429),
        ForwardOutcomeReader.Read(error: null, Attempt(begun: true, status: 429), responseStatus: 200, bodyBytes: 0, deadlinePassed: false));

    [Fact]
    public void An_answer_without_a_request_is_the_configuration_s_own()
    {
        using var body = Bodies.Of("{}");

        var outcome = ForwardOutcomeReader.Read(error: null, new ForwardAttempt(body), responseStatus: 200, bodyBytes: 2, deadlinePassed: false);

        Assert.IsType<ForwardOutcome.AnsweredHere>(outcome);
    }

    [Fact]
    public void A_failure_of_a_request_that_nobody_watched_proves_nothing()
    {
        using var body = Bodies.Of("{}");

        var outcome = ForwardOutcomeReader.Read(
            new Failure(ForwarderError.Request, Exception: null), new ForwardAttempt(body), responseStatus: 502, bodyBytes: 0, deadlinePassed: false);

        Assert.IsType<ForwardOutcome.Unknown>(outcome);
    }

    [Fact]
    public void The_reason_says_which_side_broke_and_how() => Assert.Equal(
        "Request/ConnectionError", Assert.IsType<ForwardOutcome.NeverSent>(Read(ForwarderError.Request, begun: false)).Reason);

    private static ForwardOutcome Read(ForwarderError error, bool begun, int? status = null, bool deadlinePassed = false) => ForwardOutcomeReader.Read(
        new Failure(error, new HttpRequestException(HttpRequestError.ConnectionError)), Attempt(begun, status), (int)HttpStatusCode.BadGateway, bodyBytes: 0, deadlinePassed);

    private static ForwardAttempt Attempt(bool begun, int? status)
    {
        using var body = Bodies.Of("{}");
        var attempt = new ForwardAttempt(body) { Status = status };
        Assert.True(attempt.TryHandOver());
        if (begun)
            Assert.True(attempt.TryBegin());
        return attempt;
    }

    private sealed record Failure(ForwarderError Error, Exception? Exception) : IForwarderErrorFeature;
}
