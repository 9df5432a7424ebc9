using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Headers that a provider names in its Connection header are hop-by-hop: they are not passed on, and they change neither the framing nor the content of its answer.</summary>
public sealed class ConnectionOptionsTests
{
    private const string Json = """{"session_id":"s-1"}""";

    [Fact]
    public async Task What_the_provider_names_as_its_connection_s_stays_behind()
    {
        await using var provider = ScriptedProvider.Start(
            Step.AfterBody.Answer(201, Json, new Field("Connection", "keep-alive, X-Hop"), new Field("X-Hop", "1"), new Field("X-Kept", "2")));

        await AssertAnswered(provider, answer => Assert.Equal((null, "2"), (answer.Headers["X-Hop"], answer.Headers["X-Kept"])));
    }

    [Fact]
    public async Task Chunks_are_chunks_though_the_provider_names_them_as_its_connection_s()
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Send(
            $"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive, Transfer-Encoding\r\n\r\n{Json.Length:x}\r\n{Json}\r\n0\r\n\r\n"));

        await AssertAnswered(provider, answer => Assert.Equal(Json, answer.Text));
    }

    [Theory]
    [InlineData("Content-Type", "application/json")]
    [InlineData("Content-Encoding", "identity")]
    [InlineData("Expires", "0")]
    public async Task What_tells_of_the_content_is_not_the_connection_s(string name, string value)
    {
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201, Json, new Field("Connection", name), new Field(name, value)));

        await AssertAnswered(provider, answer => Assert.Equal((Json, value), (answer.Text, answer.Headers[name])));
    }

    private static async Task AssertAnswered(ScriptedProvider provider, Action<RawAnswer> assert)
    {
        await using var gateway = await Asking.Guard(provider.Address);

        var first = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));
        var state = await gateway.StateOf("k-1");
        var retry = await gateway.Ask(Shape.Of("POST with JSON", "k-1"));

        Assert.Equal(new Told(201), Told.By(first));
        Assert.Equal(RecordState.Done, state);
        Assert.All([first, retry], assert);
        Assert.Single(provider.Deliveries);
    }
}
