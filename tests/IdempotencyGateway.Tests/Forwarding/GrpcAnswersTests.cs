using System.Net;
using System.Net.Http.Headers;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Settlement;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Http2;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>gRPC reports a call's result in trailers, or in the head of an answer without a body; the HTTP status is always 200.</summary>
public sealed class GrpcAnswersTests
{
    private const string Message = "\0\0\0\0\x02{}";
    private static readonly Field Type = new("content-type", "application/grpc+proto");

    /// <summary>Complete answers without a usable <c>grpc-status</c>, so that the call's result is unknown.</summary>
    private static readonly Dictionary<string, Http2Step> Silent = new()
    {
        ["no trailers"] = Head().Data(Message, endStream: true),
        ["neither message nor trailers"] = Http2Step.AfterBody.Headers(200, endStream: true, Type),
        ["other trailers"] = Head().Data(Message).Trailers(new Field("checksum", "7")),
        ["no number"] = Ending("OK"),
        ["nothing"] = Ending(""),
        ["two codes"] = Head().Data(Message).Trailers(new Field(GrpcStatus.Field, "0"), new Field(GrpcStatus.Field, "14")),
        ["no number in the trailers, and one in the head"] = Http2Step.AfterBody.Headers(200, endStream: false, Type, Code("0")).Data(Message).Trailers(Code("?")),
    };

    public static TheoryData<string, bool> FreeingCodes => Every.Of<string, bool>(["7", "8", "16"], [true, false]);

    public static TheoryData<string, bool> FinalCodes => Every.Of<string, bool>(["0", "2", "5", "6", "14", "99"], [true, false]);

    public static TheoryData<string> Silences => [.. Silent.Keys];

    [Theory]
    [MemberData(nameof(FreeingCodes))]
    public async Task What_says_not_now_or_not_you_reaches_the_client_and_frees_the_key(string code, bool trailersOnly)
    {
        await using var provider = EitherProvider.Start(trailersOnly ? Alone(code) : Ending(code), Ending("0"));
        await using var gateway = await Asking.Guard(provider);

        var first = await AskAsync(gateway);
        var state = await gateway.StateOf("k");
        var retry = await AskAsync(gateway);
        var third = await AskAsync(gateway);

        Assert.Equal((200, code, "executed"), (first.Status, CodeOf(first), first.Source));
        Assert.Null(state);
        Assert.Equal((200, "0", Message, "executed"), (retry.Status, CodeOf(retry), retry.Text, retry.Source));
        Assert.Equal((200, "0", Message, "replayed"), (third.Status, CodeOf(third), third.Text, third.Source));
        Assert.Equal(2, provider.Deliveries);
    }

    [Theory]
    [MemberData(nameof(FinalCodes))]
    public async Task What_is_final_is_recorded_and_replayed_as_the_provider_said_it(string code, bool trailersOnly)
    {
        await using var provider = EitherProvider.Start(trailersOnly ? Alone(code) : Ending(code));
        await using var gateway = await Asking.Guard(provider);

        var first = await AskAsync(gateway);
        var retry = await AskAsync(gateway);

        Assert.Equal((200, code, "executed"), (first.Status, CodeOf(first), first.Source));
        Assert.Equal((200, code, first.Text, "replayed"), (retry.Status, CodeOf(retry), retry.Text, retry.Source));
        Assert.Equal(1, provider.Deliveries);
    }

    [Theory]
    [InlineData("14", null)]
    [InlineData("13", null)]
    [InlineData("5", RecordState.Done)]
    [InlineData("8", RecordState.Done)]
    public async Task The_routes_statuses_say_which_codes_are_final(string code, RecordState? state)
    {
        await using var provider = EitherProvider.Start(Ending(code));
        await using var gateway = await Asking.Guard(provider, setup => setup.Policy = setup.Policy with { Record = new() { Settlement = Recording("2xx", "4xx", "429") } });

        await AskAsync(gateway);

        Assert.Equal(state, await gateway.StateOf("k"));
    }

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task An_answer_that_ends_without_saying_it_is_in_doubt_like_one_whose_end_nobody_saw(string silence)
    {
        await using var provider = EitherProvider.Start(Silent[silence]);
        await using var gateway = await Asking.Guard(provider);

        var first = await AskAsync(gateway);
        var state = await gateway.StateOf("k");
        var retry = await AskAsync(gateway);

        AssertProblem(GatewayProblem.OutcomeUnknown, first);
        Assert.Equal(RecordState.Doubt, state);
        AssertProblem(GatewayProblem.OutcomeUnknown, retry);
        Assert.Equal(1, provider.Deliveries);
    }

    [Theory]
    [InlineData(429, "application/grpc", null)]
    [InlineData(503, "application/grpc", RecordState.Done)]
    [InlineData(200, "application/grpc-web+proto", RecordState.Done)]
    [InlineData(200, "application/grpc-web-text", RecordState.Done)]
    [InlineData(200, "application/json", RecordState.Done)]
    public async Task What_does_not_speak_gRPC_is_judged_by_its_HTTP_status(int status, string type, RecordState? state)
    {
        await using var provider = EitherProvider.Start(Http2Step.AfterBody.Answer(status, Message, new Field("content-type", type)));
        await using var gateway = await Asking.Guard(provider);

        var first = await AskAsync(gateway);

        Assert.Equal((status, "executed"), (first.Status, first.Source));
        Assert.Equal(state, await gateway.StateOf("k"));
    }

    [Fact]
    public async Task An_answer_over_the_cap_was_recorded_before_it_said_what_came_of_the_call()
    {
        await using var provider = EitherProvider.Start(Ending("8"));
        await using var gateway = await Asking.Guard(provider, WithSmallCap);

        var first = await AskAsync(gateway);
        var retry = await AskAsync(gateway);

        Assert.Equal((200, "8", Message, "executed"), (first.Status, CodeOf(first), first.Text, first.Source));
        AssertProblem(GatewayProblem.NotRetained, retry);
        Assert.Equal(1, provider.Deliveries);
    }

    [Fact]
    public async Task An_answer_over_the_cap_that_ends_without_saying_it_is_not_taken_for_a_whole_one()
    {
        await using var provider = EitherProvider.Start(Silent["no trailers"]);
        await using var gateway = await Asking.Guard(provider, WithSmallCap);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => AskAsync(gateway));
        var retry = await AskAsync(gateway);

        AssertProblem(GatewayProblem.NotRetained, retry);
        Assert.Equal(1, provider.Deliveries);
    }

    private static Http2Step Head() => Http2Step.AfterBody.Headers(200, endStream: false, Type);

    private static Http2Step Ending(string code) => Head().Data(Message).Trailers(Code(code), new Field("grpc-message", "said"));

    /// <summary>A "Trailers-Only" response in gRPC's terms: a head that ends the stream.</summary>
    private static Http2Step Alone(string code) => Http2Step.AfterBody.Headers(200, endStream: true, Type, Code(code));

    private static Field Code(string code) => new(GrpcStatus.Field, code);

    private static string? CodeOf(Answer answer) => answer.Trailers[GrpcStatus.Field] ?? answer.Headers[GrpcStatus.Field];

    private static SettlementPolicy Recording(params string[] statuses) => new(StatusSet.TryParse(statuses, out _)!);

    private static void WithSmallCap(GatewaySetup setup) => setup.Policy = setup.Policy with { Record = new() { MaxBodyBytes = 3 } };

    private static void AssertProblem(GatewayProblem problem, Answer answer)
    {
        Assert.Equal((200, $"{(int)problem.Grpc}"), (answer.Status, CodeOf(answer)));
        Assert.StartsWith(problem.Code + ": ", Uri.UnescapeDataString(answer.Headers["grpc-message"]!), StringComparison.Ordinal);
    }

    private static async Task<Answer> AskAsync(GatewayUnderTest gateway)
    {
        using var client = BareClient.Http2();
        using var request = GatewayUnderTest.Post("k", Message, caller: Asking.Caller);
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.RequestUri = new Uri(gateway.Http2Address, request.RequestUri!);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        return await Answer.ReadAsync(client.SendAsync(request));
    }
}
