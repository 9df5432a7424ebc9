using IdempotencyGateway.Tests.Testing;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>
/// Cases in which provably nothing was sent: the key is released at once, the client is told that it may retry, and a retry is sent.
/// </summary>
public sealed class NeverSentTests
{
    private static readonly Uri Unused = new("http://127.0.0.1:9/");

    /// <summary>Addresses to which no connection can be made, and the status that the client gets.</summary>
    private static readonly Dictionary<string, (string? Address, int Status)> Unreachable = new()
    {
        ["no destination"] = (null, 503),
        ["a port that refuses"] = ("closed port", 502),
        ["a name that does not resolve"] = ("http://provider.invalid/", 502),
        ["an address from which no request can be made"] = ("http://not a host/", 502),
        ["a scheme that the client does not speak"] = ("ftp://127.0.0.1/", 502),
    };

    public static TheoryData<string, string, int> UnreachableByShapeAndVersion => Every.Of(Unreachable.Keys, Shape.Extremes, [1, 2]);

    [Theory]
    [MemberData(nameof(UnreachableByShapeAndVersion))]
    public async Task Without_a_connection_the_key_stays_free(string row, string shape, int version)
    {
        using var closed = new ClosedPort();
        var (address, status) = Unreachable[row];
        await using var gateway = await Asking.Guard(Unused, setup =>
        {
            setup.Destinations = _ => Destinations(address is null ? [] : [address == "closed port" ? closed.Address.ToString() : address]);
            if (version == 2)
                setup.HttpRequest = EitherProvider.Http2Only;
        });

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var answer = await gateway.Ask(Shape.Of(shape, "k-1"));

            Assert.Equal(Told.NeverSent(status), Told.By(answer));
            Assert.Equal("1", answer.Headers["Retry-After"]);
            Assert.Null(await gateway.StateOf("k-1"));
        }
    }

    [Theory]
    [InlineData("TLS to a plain-text provider", 1)]
    [InlineData("an untrusted certificate", 1)]
    [InlineData("TLS to a plain-text provider", 2)]
    [InlineData("an untrusted certificate", 2)]
    public async Task A_failed_handshake_keeps_the_key_free_and_a_retry_knocks_again(string row, int version)
    {
        await using var provider = row.StartsWith("TLS", StringComparison.Ordinal) ? ScriptedProvider.Start() : ScriptedProvider.StartTls();
        var address = row.StartsWith("TLS", StringComparison.Ordinal) ? provider.WrongSchemeAddress : provider.Address;
        await using var gateway = await Asking.Guard(address, setup => setup.HttpRequest = version == 2 ? EitherProvider.Http2Only : null);

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var answer = await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-1"));

            Assert.Equal(Told.NeverSent(502), Told.By(answer));
            Assert.Null(await gateway.StateOf("k-1"));
            Assert.Equal((0, attempt), (provider.Deliveries.Count, provider.Connections));
        }
    }

    [Fact]
    public async Task Plain_text_to_a_TLS_provider_is_in_doubt_because_an_end_is_all_that_is_seen()
    {
        await using var provider = ScriptedProvider.StartTls();
        await using var gateway = await Asking.Guard(provider.WrongSchemeAddress);

        var first = await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-1"));
        var retry = await gateway.Ask(Shape.Of("POST without body or Content-Length", "k-1"));

        Assert.Equal(Told.Unknown(502, providerStatus: null), Told.By(first));
        Assert.Equal(Told.Unknown(409, providerStatus: null), Told.By(retry));
        Assert.Equal((0, 1), (provider.Deliveries.Count, provider.Connections));
    }

    [Fact]
    public async Task A_deadline_that_passes_while_connecting_proves_that_nothing_was_sent()
    {
        var bell = new DeadlineBell();
        var accepted = new ArrivalLog<int>("connections");
        // A server that receives the TLS ClientHello and never answers.
        await using var silent = new LoopbackListener(
            async (connection, number, cancellation) =>
            {
                await connection.MoreArrives(cancellation);
                accepted.Add(number);
                await new Gate().Opened.WaitAsync(cancellation);
            },
            accepted.Fail);
        silent.Start();
        await using var gateway = await Asking.Guard(new Uri($"https://127.0.0.1:{silent.Port}/"), setup =>
        {
            setup.Clock = bell;
            setup.Policy = Asking.Policy with { Deadline = bell.Deadline };
        });

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var asking = gateway.Ask(Shape.Of("POST with JSON", "k-1"));
            await accepted.Reached(attempt);
            bell.Ring();

            Assert.Equal(Told.NeverSent(504), Told.By(await asking));
            Assert.Null(await gateway.StateOf("k-1"));
        }
    }

    [Fact]
    public async Task After_one_destination_refused_a_retry_is_sent_once_to_the_other()
    {
        using var closed = new ClosedPort();
        await using var provider = ScriptedProvider.Start(Step.AfterBody.Answer(201));
        await using var gateway = await Asking.Guard(provider.Address, setup =>
        {
            setup.Destinations = address => Destinations([address.ToString(), closed.Address.ToString()]);
            setup.Adjust = snapshot => snapshot with { Clusters = [snapshot.Clusters[0] with { LoadBalancingPolicy = "RoundRobin" }] };
        });

        // Round robin begins at either destination; after two keys one has been answered and the other refused.
        var answers = new[] { await gateway.Ask(Shape.Of("POST with JSON", "k-1")), await gateway.Ask(Shape.Of("POST with JSON", "k-2")) };
        Assert.Equal([201, 502], answers.Select(answer => answer.Status).Order());
        Assert.Single(provider.Deliveries);

        var refused = answers[0].Status == 502 ? "k-1" : "k-2";
        var retries = new[] { await gateway.Ask(Shape.Of("POST with JSON", refused)), await gateway.Ask(Shape.Of("POST with JSON", refused)) };

        Assert.Contains(201, retries.Select(retry => retry.Status));
        Assert.Equal(2, provider.Deliveries.Count);
    }

    private static Dictionary<string, DestinationConfig> Destinations(IEnumerable<string> addresses) =>
        addresses.Index().ToDictionary(each => $"d{each.Index}", each => new DestinationConfig { Address = each.Item });
}
