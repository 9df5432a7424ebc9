using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Exchange;

/// <summary>Several clusters for one provider: weighted splits, failover that still sends once, and requests that must stay in their region.</summary>
public sealed class BackendsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ClosedPort _closed = new();
    private readonly ScriptedProvider _a = ScriptedProvider.Start(Step.AfterBody.Answer(201, "a"));
    private readonly ScriptedProvider _b = ScriptedProvider.Start(Step.AfterBody.Answer(201, "b"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    public void Dispose()
    {
        _closed.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Requests_are_shared_by_weight_and_a_key_always_goes_to_the_same_cluster()
    {
        await using var gateway = await StartAsync("""{ "Split": { "a": 3, "b": 1 } }""");

        for (var i = 0; i < 80; i++)
            Assert.Equal(201, (await gateway.PostAsync($"k{i}", path: "/session/")).Status);

        Assert.Equal(80, _a.Deliveries.Count + _b.Deliveries.Count);
        Assert.InRange(_b.Deliveries.Count, 5, 40);
    }

    [Fact]
    public async Task What_was_not_final_is_sent_to_the_same_cluster_again()
    {
        await using var one = ScriptedProvider.Start(Step.AfterBody.Answer(429));
        await using var other = ScriptedProvider.Start(Step.AfterBody.Answer(429));
        await using var gateway = await StartAsync("""{ "Split": { "a": 1, "b": 1 } }""", ("a", one.Address), ("b", other.Address));

        foreach (var key in Enumerable.Range(0, 10))
        {
            foreach (var _ in Enumerable.Range(0, 3))
                Assert.Equal(429, (await gateway.PostAsync($"k{key}", path: "/session/")).Status);
        }

        Assert.Equal(30, one.Deliveries.Count + other.Deliveries.Count);
        Assert.Empty(KeysAt(one).Intersect(KeysAt(other)));

        static IEnumerable<string?> KeysAt(ScriptedProvider provider) => provider.Deliveries.Select(d => d.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Proven_that_nothing_was_sent_the_next_cluster_gets_it_once_and_the_record_says_so()
    {
        await using var gateway = await StartAsync("""{ "Split": { "a": 1 }, "Failover": ["b"] }""", ("a", _closed.Address));

        var first = await gateway.PostAsync("k", path: "/session/");
        var retry = await gateway.PostAsync("k", path: "/session/");

        Assert.Equal((201, "b", "executed"), (first.Status, first.Text, first.Source));
        Assert.Equal(("b", "replayed"), (retry.Text, retry.Source));
        Assert.Single(_b.Deliveries);
        var record = await gateway.Store.FindAsync(KeyOf(gateway, "k"), CancellationToken.None);
        Assert.Equal("b/only", record!.Destination);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("nothing was sent to a/only; trying b/only", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_route_adds_to_an_answer_is_added_once_however_many_places_were_tried()
    {
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [
                $"ReverseProxy:Clusters:a:Destinations:only:Address={_closed.Address}",
                "ReverseProxy:Routes:r:Transforms:0:ResponseHeader=X-Added", "ReverseProxy:Routes:r:Transforms:0:Append=by the route", "ReverseProxy:Routes:r:Transforms:0:When=Always",
            ]);

        var first = await gateway.PostAsync("k", path: "/session/");
        var retry = await gateway.PostAsync("k", path: "/session/");

        Assert.Equal(["by the route"], first.Headers.Values("X-Added"));
        Assert.Equal(["by the route"], retry.Headers.Values("X-Added"));
    }

    [Fact]
    public async Task Other_destinations_of_a_cluster_are_tried_before_the_next_cluster()
    {
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            ["ReverseProxy:Clusters:a:LoadBalancingPolicy=FirstAlphabetical", $"ReverseProxy:Clusters:a:Destinations:first:Address={_closed.Address}"]);

        Assert.Equal("a", (await gateway.PostAsync("k", path: "/session/")).Text);
        Assert.Empty(_b.Deliveries);
    }

    [Fact]
    public async Task The_one_that_the_load_balancer_chose_gets_it_and_no_other_of_its_cluster()
    {
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 } }""",
            ["ReverseProxy:Clusters:a:LoadBalancingPolicy=FirstAlphabetical", $"ReverseProxy:Clusters:a:Destinations:first:Address={_b.Address}"]);

        for (var i = 0; i < 20; i++)
            Assert.Equal("b", (await gateway.PostAsync($"k{i}", path: "/session/")).Text);

        Assert.Empty(_a.Deliveries);
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(16, 0)]
    public async Task Of_many_places_sixteen_are_tried(int closed, int sent)
    {
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [.. Enumerable.Range(1, closed).Select(n => $"ReverseProxy:Clusters:a:Destinations:{(n == 1 ? "only" : $"d{n}")}:Address={_closed.Address}")]);

        await gateway.PostAsync("k", path: "/session/");

        Assert.Equal(sent, _b.Deliveries.Count);
    }

    [Fact]
    public async Task What_may_have_been_heard_is_never_sent_elsewhere()
    {
        await using var breaking = ScriptedProvider.Start(Step.AfterBody.Reset());
        await using var gateway = await StartAsync("""{ "Split": { "a": 1 }, "Failover": ["b"] }""", ("a", breaking.Address));

        var first = await gateway.PostAsync("k", path: "/session/");
        var retry = await gateway.PostAsync("k", path: "/session/");

        first.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502);
        retry.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 409);
        Assert.Single(breaking.Deliveries);
        Assert.Empty(_b.Deliveries);
    }

    [Fact]
    public async Task Out_of_doubt_it_is_sent_where_it_was_sent_before_though_that_was_the_second_choice()
    {
        await using var breaking = ScriptedProvider.Start(Step.AfterBody.Reset(), Step.AfterBody.Answer(201, "second time"));
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [$"ReverseProxy:Clusters:a:Destinations:only:Address={_closed.Address}", $"ReverseProxy:Clusters:b:Destinations:only:Address={breaking.Address}", "Idempotency:Policies:p:OnUnknown=ForwardAgain"]);

        (await gateway.PostAsync("k", path: "/session/")).AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 502, retryable: true);
        var again = await gateway.PostAsync("k", path: "/session/");

        Assert.Equal((201, "second time"), (again.Status, again.Text));
        Assert.Equal(2, breaking.Deliveries.Count);
    }

    [Fact]
    public async Task Out_of_doubt_it_is_not_sent_elsewhere_when_its_destination_is_down()
    {
        var breaking = ScriptedProvider.Start(Step.AfterBody.Reset());
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [$"ReverseProxy:Clusters:a:Destinations:only:Address={breaking.Address}", "Idempotency:Policies:p:OnUnknown=ForwardAgain"]);
        await gateway.PostAsync("k", path: "/session/");
        await breaking.DisposeAsync();

        var again = await gateway.PostAsync("k", path: "/session/");

        again.AssertProblem(GatewayProblem.OutcomeUnknown, "k", status: 409, retryable: true);
        Assert.Empty(_b.Deliveries);
    }

    [Fact]
    public async Task With_no_cluster_to_be_reached_the_key_is_free()
    {
        await using var gateway = await StartAsync("""{ "Split": { "a": 1 }, "Failover": ["b"] }""", ("a", _closed.Address), ("b", _closed.Address));

        var answer = await gateway.PostAsync("k", path: "/session/");

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Null(await gateway.Store.FindAsync(KeyOf(gateway, "k"), CancellationToken.None));
    }

    [Fact]
    public async Task When_the_time_ran_out_on_the_way_to_the_next_cluster_nothing_is_sent_and_the_key_is_free()
    {
        var time = new ManualTimeProvider();
        UnreliableStore? store = null;
        var setup = new GatewaySetup { Clock = time, WrapStore = inner => store = new UnreliableStore(inner) };
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [$"ReverseProxy:Clusters:a:Destinations:only:Address={_closed.Address}", "Idempotency:Policies:p:Deadline=10s", "Idempotency:Policies:p:Lease=30s"],
            setup);
        store!.Meanwhile(nameof(store.MarkSentAsync), () => time.Advance(TimeSpan.FromSeconds(15)));

        var answer = await gateway.PostAsync("k", path: "/session/");

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k", status: 504);
        Assert.Null(await gateway.Store.FindAsync(KeyOf(gateway, "k"), CancellationToken.None));
        Assert.Empty(_b.Deliveries);
    }

    [Fact]
    public async Task While_the_store_cannot_be_told_where_it_goes_next_it_goes_nowhere_and_the_key_is_free()
    {
        UnreliableStore? store = null;
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [$"ReverseProxy:Clusters:a:Destinations:only:Address={_closed.Address}"],
            new GatewaySetup { WrapStore = inner => store = new UnreliableStore(inner) });
        store!.Break(nameof(store.MarkSentAsync));

        var answer = await gateway.PostAsync("k", path: "/session/");

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Null(await gateway.Store.FindAsync(KeyOf(gateway, "k"), CancellationToken.None));
        Assert.Empty(_b.Deliveries);
    }

    [Fact]
    public async Task Where_the_record_became_somebody_elses_on_the_way_to_the_next_cluster_nobody_hears_that_the_key_is_free()
    {
        UnreliableStore? store = null;
        await using var gateway = await StartAsync(
            """{ "Split": { "a": 1 }, "Failover": ["b"] }""",
            [$"ReverseProxy:Clusters:a:Destinations:only:Address={_closed.Address}"],
            new GatewaySetup { WrapStore = inner => store = new UnreliableStore(inner) });
        store!.Meanwhile(nameof(store.MarkSentAsync), () => gateway.Erase(KeyOf(gateway, "k")));

        var first = await gateway.PostAsync("k", path: "/session/");
        var retry = await gateway.PostAsync("k", path: "/session/");

        first.AssertProblem(GatewayProblem.InProgress, "k");
        retry.AssertProblem(GatewayProblem.Erased, "k");
        Assert.Empty(_b.Deliveries);
    }

    [Theory]
    [InlineData("""{"country":"DE"}""", null, "a")]
    [InlineData("""{"country":"fr"}""", null, "a")]
    [InlineData("""{"country":"US"}""", null, "b")]
    [InlineData("""{"country":"XX"}""", "eu", "a")]
    public async Task A_value_in_the_body_or_a_header_chooses_the_cluster(string body, string? region, string expected)
    {
        await using var gateway = await StartAsync(Regions);
        using var request = GatewayUnderTest.Post("k", body, "/session/");
        if (region is not null)
            request.Headers.Add("X-Region", region);

        Assert.Equal(expected, (await gateway.AskAsync(request)).Text);
    }

    [Fact]
    public async Task A_request_that_no_rule_fits_goes_nowhere()
    {
        await using var gateway = await StartAsync(Regions);

        var answer = await gateway.PostAsync("k", """{"country":"XX"}""", "/session/");

        answer.AssertProblem(GatewayProblem.NoBackend, "k");
        Assert.Equal(0, _a.Deliveries.Count + _b.Deliveries.Count);
    }

    [Fact]
    public async Task A_request_does_not_leave_its_region_when_the_region_is_down()
    {
        await using var gateway = await StartAsync(Regions, ("a", _closed.Address));

        var answer = await gateway.PostAsync("k", """{"country":"DE"}""", "/session/");

        answer.AssertProblem(GatewayProblem.ProviderUnreachable, "k");
        Assert.Empty(_b.Deliveries);
    }

    [Fact]
    public async Task A_caller_whom_a_trusted_peer_names_chooses_its_cluster()
    {
        await using var gateway = await StartAsync(
            """{ "Rules": [ { "If": "caller", "Is": ["bank"], "Split": { "b": 1 } } ], "Split": { "a": 1 } }""",
            ["Idempotency:TrustedPeers:0=127.0.0.1", "Idempotency:Policies:p:Caller:Scope=Header", "Idempotency:Policies:p:Caller:Headers:0=x-caller"]);

        Assert.Equal(("b", "a"), (await AskAsync("bank"), await AskAsync("shop")));

        async Task<string> AskAsync(string caller)
        {
            using var request = GatewayUnderTest.Post("k", path: "/session/");
            request.Headers.Add("X-Caller", caller);
            return (await gateway.AskAsync(request)).Text;
        }
    }

    private const string Regions = """
        { "Rules": [
            { "If": "json:/country", "Is": ["DE", "FR"], "Split": { "a": 1 } },
            { "If": "json:/country", "Is": ["US"], "Split": { "b": 1 } },
            { "If": "header:x-region", "Is": ["eu"], "Split": { "a": 1 } } ] }
        """;

    private static Core.Keys.StorageKey KeyOf(GatewayUnderTest gateway, string text)
    {
        Assert.True(Core.Keys.IdempotencyKey.TryParse(text, out var key, out _));
        return Core.Keys.StorageKey.Derive(gateway.Secret, Core.Keys.CallerScope.FromCredentials(gateway.Secret, [new("x-api-key", "caller-1")]), "r", key, null, null);
    }

    private Task<GatewayUnderTest> StartAsync(string backends, params (string Cluster, Uri Address)[] elsewhere) =>
        StartAsync(backends, [.. elsewhere.Select(e => $"ReverseProxy:Clusters:{e.Cluster}:Destinations:only:Address={e.Address}")]);

    private Task<GatewayUnderTest> StartAsync(string backends, string[] settings, GatewaySetup? setup = null)
    {
        var file = _folder.File("gateway.json");
        File.WriteAllText(file, $$"""
            {
              "Idempotency": { "Policies": { "p": {} } },
              "Backends": { "identity": {{backends}} },
              "ReverseProxy": {
                "Routes": { "r": { "ClusterId": "none", "Match": { "Path": "/{**rest}" }, "Metadata": { "Idempotency": "p", "Backends": "identity" } } },
                "Clusters": {
                  "none": { "Destinations": { "only": { "Address": "{{_closed.Address}}" } } },
                  "a": { "Destinations": { "only": { "Address": "{{_a.Address}}" } } },
                  "b": { "Destinations": { "only": { "Address": "{{_b.Address}}" } } }
                }
              }
            }
            """);
        return GatewayUnderTest.StartFromAsync(file, settings, setup ?? new());
    }
}
