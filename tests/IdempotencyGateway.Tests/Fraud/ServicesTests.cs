using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Bodies;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Tests.Fraud;
using IdempotencyGateway.Fraud;
using IdempotencyGateway.Fraud.Services;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;
using Microsoft.AspNetCore.Http;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>External scoring services: what they report besides a score, and how long their answers are cached.</summary>
public sealed class ServicesTests : FraudTest
{
    [Fact]
    public async Task A_service_s_reasons_are_told_as_a_signal_and_made_harmless()
    {
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync(
            """{"score":30,"reasons":[{"code":"VPN"},{"code":"a b\r\nRisk-Score: 0"},{"code":"VPN"},{"code":7},{"code":"é"},{"text":"no code"}]}"""));
        var gateway = await StartAsync(Asking(service.Address));

        await gateway.AskAsync(From(Quiet, "k"));

        var seen = Assert.Single(Arrived.All);
        Assert.Contains("ext.vendor.codes=\"VPN a-b--Risk-Score:-0 -\"", seen["Risk-Signals"], StringComparison.Ordinal);
        Assert.Equal(30, seen.Score);
    }

    [Fact]
    public async Task However_many_reasons_come_few_and_short_ones_are_told()
    {
        var codes = string.Join(',', Enumerable.Range(0, 500).Select(number => $$"""{"code":"{{number}}-{{new string('x', 100)}}"}"""));
        await using var service = await KestrelProvider.StartAsync(context => context.Response.WriteAsync($$"""{"score":30,"reasons":[{{codes}}]}"""));
        var gateway = await StartAsync(Asking(service.Address));

        await gateway.AskAsync(From(Quiet, "k"));

        var told = Assert.Single(Arrived.All)["Risk-Signals"]!.Split(", ").Single(signal => signal.StartsWith("ext.vendor.codes=", StringComparison.Ordinal)).Split('"')[1].Split(' ');
        Assert.Equal(ServiceAnswer.MaxCodes, told.Length);
        Assert.All(told, code => Assert.Equal(32, code.Length));
    }

    [Fact]
    public async Task An_answer_stands_for_the_same_question_until_its_time_is_over()
    {
        var clock = new ManualTimeProvider();
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30,"reasons":[{"code":"VPN"}]}"""));
        var gateway = await StartAsync(Asking(service.Address, TimeSpan.FromMinutes(1)), setup =>
        {
            setup.Clock = clock;
            setup.Admin = true;
        });

        await gateway.AskAsync(From(Quiet, "k-1"));
        await gateway.AskAsync(From(Quiet, "k-2"));
        await gateway.AskAsync(From(Listed, "k-3"));
        Assert.Equal(2, service.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(61));
        await gateway.AskAsync(From(Quiet, "k-4"));

        Assert.Equal(3, service.Requests.Count);
        Assert.All(Arrived.All, seen => Assert.Equal(30, seen.Score));
        Assert.All(Arrived.All, seen => Assert.Contains("ext.vendor.codes=\"VPN\"", seen["Risk-Signals"], StringComparison.Ordinal));
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(gateway.AdminAddress!, "/metrics")).OrGiveUp();
        Assert.Contains("idempotency_gateway_risk_source_cache_total{result=\"hit\",source=\"vendor\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("idempotency_gateway_risk_source_cache_total{result=\"miss\",source=\"vendor\"} 3", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_questions_at_the_same_moment_are_asked_once_and_every_one_later_anew()
    {
        var answering = new Gate();
        await using var service = await KestrelProvider.StartAsync(async context =>
        {
            await answering.Opened;
            await context.Response.WriteAsync("""{"score":30}""");
        });
        using var metrics = new GatewayMetrics();
        using var services = new RiskServices(metrics, TimeProvider.System);
        var profile = Asking(service.Address);
        ValueTask<IReadOnlyList<(ExternalSource, ServiceAnswer?)>> AskAbout(byte device) => services.AskAllAsync(
            profile, client: null, new(null, null, null, new(Digest256.Read([.. Enumerable.Repeat(device, Digest256.SizeInBytes)]))), TimeProvider.System.GetTimestamp());

        var equal = Enumerable.Range(0, 64).Select(_ => AskAbout(1).AsTask()).ToArray();
        var other = AskAbout(2).AsTask();
        answering.Open();
        var answers = await Task.WhenAll([.. equal, other]).OrGiveUp();
        Assert.Equal(2, service.Requests.Count);
        await AskAbout(1);

        Assert.All(answers, answer => Assert.Equal(30, answer[0].Item2!.Score));
        Assert.Equal(3, service.Requests.Count);
    }

    [Fact]
    public async Task Who_has_less_time_than_the_service_waits_no_longer_and_leaves_the_question_to_the_others()
    {
        var clock = new ManualTimeProvider();
        var answering = new Gate();
        await using var service = await KestrelProvider.StartAsync(async context =>
        {
            await answering.Opened;
            await context.Response.WriteAsync("""{"score":30}""");
        });
        using var metrics = new GatewayMetrics();
        using var services = new RiskServices(metrics, clock);
        var patient = Asking(service.Address);
        var hurried = patient with { Budget = TimeSpan.FromMilliseconds(10) };
        var traits = new RequestTraits(null, null, null, new(Digest256.Read(new byte[Digest256.SizeInBytes])));

        var first = services.AskAllAsync(hurried, client: null, traits, clock.GetTimestamp()).AsTask();
        var second = services.AskAllAsync(patient, client: null, traits, clock.GetTimestamp()).AsTask();
        clock.Advance(TimeSpan.FromMilliseconds(11));
        var early = await first.OrGiveUp();
        answering.Open();

        Assert.Null(early[0].Answer);
        Assert.Equal(30, (await second.OrGiveUp())[0].Answer!.Score);
        Assert.Equal(1, service.Requests.Count);
    }

    [Fact]
    public void Any_reasons_are_made_harmless_and_no_answer_is_a_crash()
    {
        var random = new Random(20261126);
        Assert.True(JsonPointer.TryParse("/score", out var score));
        Assert.True(JsonPattern.TryParse("/reasons/*/code", out var reasons));
        var sound = """{"score":30,"reasons":[{"code":"VPN"},{"code":"a b\r\n\ud83d"},{"code":7},[{"code":"\u0000"}]]}"""u8.ToArray();
        for (var time = 0; time < 100_000; time++)
        {
            var answer = Damage.Done(sound, random);
            _ = score.FindText(answer);
            var told = ServiceAnswer.Cleaned(reasons.FindTexts(answer, 100));
            Assert.True(told.Length <= ServiceAnswer.MaxCodes * 33 && !told.AsSpan().ContainsAnyExceptInRange(' ', 'z'), told);
        }
    }

    /// <summary>A failing service does not affect another service's answer.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("two\nlines")]
    [InlineData("é")]
    public async Task A_token_that_cannot_be_sent_is_that_service_s_silence_alone(string? token)
    {
        await using var service = await KestrelProvider.StartAsync(static context => context.Response.WriteAsync("""{"score":30}"""));
        if (token is not null)
            await File.WriteAllTextAsync(Folder.File("token"), token);
        var sound = Asking(service.Address).External[0];
        var gateway = await StartAsync(Profile() with { External = [sound with { Name = "locked", Url = new(service.Address, "locked"), TokenFile = Folder.File("token") }, sound] });

        await gateway.AskAsync(From(Quiet, "k"));

        var signals = Assert.Single(Arrived.All)["Risk-Signals"]!.Split(", ");
        Assert.Equal(30, Arrived.All[0].Score);
        Assert.Contains("missing.locked", signals);
        Assert.DoesNotContain("missing.gateway", signals);
    }

    [Fact]
    public async Task A_failure_stands_for_nothing()
    {
        var asked = 0;
        await using var service = await KestrelProvider.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
            return context.Response.WriteAsync("""{"score":30}""");
        });
        var gateway = await StartAsync(Asking(service.Address, TimeSpan.FromMinutes(1)));

        await gateway.AskAsync(From(Quiet, "k-1"));
        await gateway.AskAsync(From(Quiet, "k-2"));

        Assert.Equal([0, 30], Arrived.All.Select(seen => seen.Score));
    }

    [Fact]
    public void However_many_questions_are_asked_no_more_answers_than_the_limit_are_kept_and_the_latest_among_them()
    {
        var cache = new AnswerCache(new ManualTimeProvider(), limit: 64);
        var service = Asking(new("http://vendor.example"), TimeSpan.FromMinutes(1)).External[0];
        for (var question = 0; question < 1000; question++)
            cache.Keep(service, BitConverter.GetBytes(question), new(question % 100, ""));

        Assert.InRange(cache.Count, 32, 64);
        Assert.Equal(99, cache.Find(service, BitConverter.GetBytes(999))!.Score);
        Assert.Null(cache.Find(service, BitConverter.GetBytes(1)));
        Assert.Null(cache.Find(service with { Name = "another" }, BitConverter.GetBytes(999)));
    }

    private static FraudProfile Asking(Uri service, TimeSpan cacheFor = default)
    {
        Assert.True(JsonPointer.TryParse("/score", out var score));
        Assert.True(JsonPattern.TryParse("/reasons/*/code", out var reasons));
        return Profile() with { External = [new("vendor", service, Patience.Limit, score) { Reasons = reasons, CacheFor = cacheFor }] };
    }
}
