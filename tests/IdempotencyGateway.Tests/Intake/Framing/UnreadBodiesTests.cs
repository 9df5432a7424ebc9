using System.Globalization;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Intake.Framing;

/// <summary>The unread rest of a request body is never parsed as the next request.</summary>
public sealed class UnreadBodiesTests
{
    private const string Inner = "POST /guarded/inner HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: smuggled\r\nContent-Length: 0\r\n\r\n";

    /// <summary>Repetitions, because the outcome depends on a race between two ends of the connection.</summary>
    private const int Times = 200;

    [Theory]
    [InlineData("GET /guarded/outer", "Content-Length: 99999\r\n\r\n")]
    [InlineData("POST /open/outer", "Content-Length: 99999\r\n\r\n")]
    [InlineData("POST /open/outer", "Transfer-Encoding: chunked\r\n\r\n1ffff\r\n")]
    [InlineData("POST /guarded/outer", "Content-Length: 99999\r\n\r\n")]
    [InlineData("POST /nowhere", "Content-Length: 99999\r\n\r\n")]
    public async Task A_client_that_breaks_off_in_its_body_has_sent_no_further_request(string start, string framing)
    {
        await using var provider = await EchoingProvider.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);

        for (var i = 0; i < Times; i++)
            await Conversation.HoldAsync(gateway.Address, $"{start} HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: outer-{i}\r\n{framing}{Inner}", whole: 0);

        await gateway.WhenIdleAsync();
        Assert.DoesNotContain("smuggled", provider.Executed.Select(echo => echo.Key));
        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("/guarded/inner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_request_whose_body_is_there_keeps_its_connection()
    {
        await using var provider = await EchoingProvider.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);
        using var client = await RawClient.Connect(gateway.Address);

        await client.Send("POST /nowhere HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nhello");
        var refused = await client.ReadAnswer();
        await client.Send("POST /guarded/x HTTP/1.1\r\nHost: g\r\nx-api-key: c\r\nIdempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}");
        var answered = await client.ReadAnswer();

        Assert.Equal((404, 200), (refused?.Status, answered?.Status));
    }

    [Fact]
    public async Task A_refused_request_whose_body_is_yet_to_come_is_answered_at_once_and_the_body_is_no_request()
    {
        await using var provider = await EchoingProvider.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address);
        using var client = await RawClient.Connect(gateway.Address);

        await client.Send(string.Create(CultureInfo.InvariantCulture, $"POST /nowhere HTTP/1.1\r\nHost: g\r\nContent-Length: {Inner.Length}\r\n\r\n"));
        var refused = await client.ReadAnswer();
        await client.Send(Inner);
        await client.Send(Inner.Replace("smuggled", "next", StringComparison.Ordinal));
        var next = await client.ReadAnswer();

        Assert.Equal((404, 200), (refused?.Status, next?.Status));
        Assert.Equal(["next"], provider.Executed.Select(echo => echo.Key));
    }

    /// <summary>Without a minimum data rate for bodies, Kestrel itself would wait forever.</summary>
    [Fact]
    public async Task A_refused_request_whose_body_never_comes_costs_its_connection()
    {
        var clock = new ManualTimeProvider();
        await using var provider = await EchoingProvider.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(provider.Address, setup =>
        {
            setup.Clock = clock;
            setup.Adjust = snapshot => snapshot with { Limits = new() { BodyPace = new() { BytesPerSecond = 0 } } };
        });
        using var client = await RawClient.Connect(gateway.Address);

        await client.Send("POST /nowhere HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\nhell");
        var refused = await client.ReadAnswer();
        await clock.WhenArmedAsync(TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(404, refused?.Status);
        Assert.Empty(await client.ReadToEnd());
    }

    [Fact]
    public async Task An_answer_without_a_body_does_not_wait_for_the_rest_of_the_request()
    {
        var refused = await AskWithoutBodyAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });

        Assert.Equal(204, refused?.Status);
    }

    [Fact]
    public async Task A_request_that_failed_before_its_body_came_is_not_answered_as_if_it_had_succeeded()
    {
        var refused = await AskWithoutBodyAsync(_ => throw new BadHttpRequestException("the test says so", StatusCodes.Status413PayloadTooLarge));

        Assert.Equal(413, refused?.Status);
    }

    /// <summary>Asks a server whose pipeline is only the middleware under test and this delegate, and whose patience never ends. The body that is announced never comes.</summary>
    private static async Task<RawAnswer?> AskWithoutBodyAsync(RequestDelegate answer)
    {
        await using var server = await KestrelProvider.StartAsync(new UnreadBodyMiddleware(answer, new ManualTimeProvider()).InvokeAsync);
        using var client = await RawClient.Connect(server.Address);
        await client.Send("POST / HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\n\r\n");
        return await client.ReadAnswer();
    }
}
