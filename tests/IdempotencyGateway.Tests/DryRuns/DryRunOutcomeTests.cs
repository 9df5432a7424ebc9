using IdempotencyGateway.Configuration;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.DryRuns;

/// <summary>In a dry run every request reaches the provider, nothing is recorded, and what guarding would have done is counted.</summary>
public sealed class DryRunOutcomeTests : DryRunTest
{
    private const int LimitInBytes = 1000;

    private static readonly Dictionary<string, Step> Ends = new()
    {
        ["a final answer"] = Step.AfterBody.Answer(201, "{}"),
        ["an answer that is not final"] = Step.AfterBody.Answer(429, "{}"),
        ["no answer"] = Step.AfterBody.Close(),
        ["half an answer"] = Step.AfterBody.AnswerPart(201, "{}", 1).Close(),
        ["an answer whose end cannot be told"] = Step.AfterBody.AnswerUntilClose(201, "{}"),
    };

    private static readonly Dictionary<string, Action<HttpRequestMessage>> Oddities = new()
    {
        ["no key"] = request => request.Headers.Remove("Idempotency-Key"),
        ["no key that can be read"] = request => Replace(request, "Idempotency-Key", "a, b"),
        ["a key of another form"] = request => Replace(request, "Idempotency-Key", "odd"),
        ["no credentials"] = request => request.Headers.Remove("x-api-key"),
        ["no consent"] = request => request.Headers.Remove("x-consent-id"),
        ["an old request"] = request => request.Headers.TryAddWithoutValidation("Repeatability-First-Sent", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ["a large body"] = request => request.Content = new ByteArrayContent(new byte[LimitInBytes + 1]),
        ["a large body of unknown length"] = request =>
        {
            request.Content = new ByteArrayContent(new byte[LimitInBytes + 1]);
            request.Headers.TransferEncodingChunked = true;
        },
        ["an upgrade"] = request =>
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", "h2c");
        },
        ["nothing odd"] = _ => { },
    };

    [Fact]
    public async Task A_retry_is_sent_and_would_have_been_a_replay()
    {
        var gateway = await StartDryAsync(configure: setup => setup.WrapStore = store => new UnreliableStore(store));
        Store.BreakAll();

        var first = await PostAsync(gateway, "k");
        var retry = await PostAsync(gateway, "k");
        var other = await PostAsync(gateway, "k", caller: "caller-2");

        Assert.Equal(["send", "replay", "send"], Told);
        Assert.Equal((201, 201, 201, 3), (first.Status, retry.Status, other.Status, Executions.Total));
        Assert.NotEqual(first.Text, retry.Text);
        Assert.All([first, retry], answer => Assert.DoesNotContain(answer.Headers, header => header.Name.StartsWith("Idempot", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(0, Store.Failed.Count);
        Store.Mend();
        Assert.Null(await gateway.FindAsync("k"));
    }

    [Fact]
    public async Task What_repeats_a_request_under_way_is_sent_and_would_have_waited()
    {
        var gateway = await StartDryAsync();
        var gate = HoldNext();
        var first = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        Assert.Equal(201, (await gateway.PostAsync("k")).Status);
        gate.Release();

        Assert.Equal(201, (await first).Status);
        Assert.Equal(["send", "wait"], Told);
        Assert.Equal(2, Executions.Total);
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_sent_and_would_have_been_refused()
    {
        var gateway = await StartDryAsync();

        await PostAsync(gateway, "k");
        var other = await PostAsync(gateway, "k", """{"workflow_id":"w-2"}""");

        Assert.Equal(["send", "idempotency-key-reused"], Told);
        Assert.Equal((201, 2), (other.Status, Executions.Total));
    }

    [Theory]
    [InlineData("a final answer", "replay")]
    [InlineData("an answer that is not final", "send_again")]
    [InlineData("no answer", "outcome-unknown")]
    [InlineData("no answer", "send_again", OnUnknown.ForwardAgain)]
    [InlineData("half an answer", "outcome-unknown")]
    [InlineData("an answer whose end cannot be told", "outcome-unknown")]
    public async Task What_a_retry_would_get_depends_on_how_the_first_ended(string end, string would, OnUnknown onUnknown = OnUnknown.Hold)
    {
        await using var provider = ScriptedProvider.Start(Ends[end], Ends["a final answer"]);
        var gateway = await StartDryBeforeAsync(provider.Address, policy => policy with { OnUnknown = onUnknown });

        await Record.ExceptionAsync(() => gateway.PostAsync("k"));
        await EndedAsync(gateway);
        var retry = await PostAsync(gateway, "k");

        Assert.Equal(["send", would], Told);
        Assert.Equal((201, 2), (retry.Status, provider.Deliveries.Count));
    }

    /// <summary>Without a connection to the provider the body is never read from the client, so the request has no fingerprint to compare.</summary>
    [Theory]
    [InlineData(false, "send", "send_again")]
    [InlineData(true, "not_told", "not_told")]
    public async Task What_provably_was_not_sent_leaves_the_key_free(bool hasBody, params string[] would)
    {
        using var port = new ClosedPort();
        var gateway = await StartDryBeforeAsync(port.Address);

        for (var i = 0; i < would.Length; i++)
        {
            var request = GatewayUnderTest.Post("k");
            request.Content = hasBody ? request.Content : null;
            (await gateway.AskAsync(request)).AssertProblem(GatewayProblem.NoAnswer, key: null);
            await EndedAsync(gateway);
        }

        Assert.Equal(would, Told);
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_its_deadline_would_have_been_in_doubt_and_keys_are_forgotten_after_their_retention()
    {
        var clock = new ManualTimeProvider();
        var gateway = await StartDryAsync(policy => policy with { Deadline = TimeSpan.FromMinutes(1), Retention = TimeSpan.FromHours(1) }, setup => setup.Clock = clock);
        var gate = HoldNext();
        var slow = gateway.PostAsync("k");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        clock.Advance(TimeSpan.FromMinutes(1.5));
        gate.Release();
        Assert.Equal(201, (await slow).Status);
        await EndedAsync(gateway);
        await PostAsync(gateway, "k");
        clock.Advance(TimeSpan.FromHours(1));
        await PostAsync(gateway, "k");

        Assert.Equal(["send", "outcome-unknown", "send"], Told);
    }

    [Fact]
    public async Task A_client_that_leaves_would_have_left_its_call_running_and_the_next_answer_stands_for_it()
    {
        var first = Step.AfterBody.Hang();
        await using var provider = ScriptedProvider.Start(first, Ends["a final answer"]);
        var gateway = await StartDryBeforeAsync(provider.Address);
        using (var client = await RawClient.Connect(gateway.Address))
        {
            await client.Send(RawClient.Request(
                "POST", "/guarded/session/", GatewayUnderTest.SessionBody,
                new Field("x-api-key", "caller-1"), new Field("Idempotency-Key", "k"), new Field("Content-Type", "application/json; charset=utf-8")));
            await (await provider.Delivered(1)).Waiting;
            client.Reset();
        }
        await EndedAsync(gateway);

        await PostAsync(gateway, "k");
        await PostAsync(gateway, "k");

        Assert.Equal(["send", "wait", "replay"], Told);
    }

    [Theory]
    [InlineData("no key", "idempotency-key-missing")]
    [InlineData("no key", "pass", false)]
    [InlineData("no key that can be read", "idempotency-key-invalid")]
    [InlineData("a key of another form", "idempotency-key-invalid")]
    [InlineData("no credentials", "caller-unknown")]
    [InlineData("no consent", "consent-missing")]
    [InlineData("an old request", "idempotency-key-expired")]
    [InlineData("a large body", "body-too-large")]
    [InlineData("a large body of unknown length", "body-too-large")]
    [InlineData("an upgrade", "upgrade-refused")]
    [InlineData("nothing odd", "send")]
    public async Task What_would_have_been_refused_is_sent(string oddity, string would, bool isKeyRequired = true)
    {
        Assert.True(KeyPattern.TryParse("k.*", out var pattern));
        Assert.True(ValueSource.TryParse("header:x-consent-id", out var consent));
        await using var provider = ScriptedProvider.Start(Ends["a final answer"]);
        var gateway = await StartDryBeforeAsync(
            provider.Address, policy => policy with { Key = new() { Pattern = pattern, Required = isKeyRequired }, ConsentFrom = [consent!], MaxRequestBodyBytes = LimitInBytes });
        var request = GatewayUnderTest.Post("k");
        request.Headers.Add("x-consent-id", "c");
        Oddities[oddity](request);

        var answer = await gateway.AskAsync(request);
        await EndedAsync(gateway);

        Assert.Equal((201, null), (answer.Status, answer.Source));
        Assert.Equal([would], Told);
        Assert.Single(provider.Deliveries);
    }

    /// <summary>Dry runs do not enforce per-caller limits of concurrent requests, executions and new keys.</summary>
    [Fact]
    public async Task Limits_of_a_caller_do_not_count()
    {
        var gateway = await StartDryAsync(configure: setup => setup.Adjust = snapshot => snapshot with { Limits = new() { NewKeysPerCaller = 1, RequestsPerCaller = 1, ExecutionsPerCaller = 1 } });
        var gate = HoldNext();
        var first = gateway.PostAsync("a");
        await gate.Held.WhenReachesAsync(1).OrGiveUp();

        Assert.Equal(201, (await gateway.PostAsync("b")).Status);
        gate.Release();

        Assert.Equal(201, (await first).Status);
        Assert.Equal(["send", "send"], Told);
    }

    [Fact]
    public async Task A_fault_in_looking_on_is_logged_and_the_request_goes_its_way()
    {
        var gateway = await StartDryAsync(policy => policy with { Caller = new() { Scope = (CallerScopeKind)99 } });

        Assert.Equal(201, (await PostAsync(gateway, "k")).Status);

        Assert.Equal(["not_told"], Told);
        Assert.Contains(gateway.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("[1613]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_in_looking_at_the_end_is_logged_and_the_answer_is_whole()
    {
        var gateway = await StartDryAsync(policy => policy with { Record = policy.Record with { Settlement = null! } });

        Assert.Equal(201, (await PostAsync(gateway, "k")).Status);

        Assert.Equal(["send"], Told);
        Assert.Contains(gateway.Log.Lines, line => line.Contains("[1613]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_start_says_that_the_route_is_not_protected()
    {
        var gateway = await StartDryAsync();

        Assert.Single(gateway.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("Route guarded is NOT protected", StringComparison.Ordinal));
    }

    /// <summary>A path that could be normalised to a route in a dry run is not refused, unlike one that could reach a guarded route.</summary>
    [Theory]
    [InlineData(true, 200)]
    [InlineData(false, 400)]
    public async Task An_odd_path_is_refused_only_where_the_route_that_it_may_mean_is_guarded(bool isDryRun, int status)
    {
        await using var provider = await KestrelProvider.StartAsync(_ => Task.CompletedTask);
        var gateway = await StartBeforeAsync(provider.Address, setup => setup.Policy = setup.Policy with { DryRun = isDryRun });

        var answer = await gateway.AskRawAsync("POST /open/..%5Cguarded/x HTTP/1.1\r\nHost: g\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Other_methods_are_not_looked_at()
    {
        var gateway = await StartDryAsync();

        await gateway.AskAsync(new HttpRequestMessage(HttpMethod.Get, "/guarded/session/"));
        await EndedAsync(gateway);

        Assert.Empty(Told);
    }

    private static void Replace(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}
