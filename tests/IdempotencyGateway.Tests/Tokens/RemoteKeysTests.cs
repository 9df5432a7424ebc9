using System.Net;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Tokens;
using IdempotencyGateway.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdempotencyGateway.Tests.Tokens;

/// <summary>Signing keys fetched from an issuer: rarely and within limits, and the last good keys stay in use while the issuer is unavailable.</summary>
public sealed class RemoteKeysTests : IAsyncLifetime, IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly KeyDownload _download;
    private RequestDelegate _answer = context => context.Response.WriteAsync(TestIssuer.Jwks);
    private KestrelProvider? _server;

    public RemoteKeysTests() => _download = new(_clock);

    private KestrelProvider Server => _server!;

    public async Task InitializeAsync() => _server = await KestrelProvider.StartAsync(context => _answer(context));

    public Task DisposeAsync() => Server.DisposeAsync().AsTask();

    public void Dispose() => _download.Dispose();

    [Fact]
    public async Task However_many_ask_at_once_the_issuer_is_asked_once()
    {
        var gate = new Gate();
        _answer = async context =>
        {
            await gate.Opened;
            await context.Response.WriteAsync(TestIssuer.Jwks);
        };
        var keys = Keys();

        var asking = Enumerable.Range(0, 20).Select(_ => keys.FindAsync("1", TokenAlgorithm.RS256).AsTask()).ToArray();
        gate.Open();

        Assert.All(await Task.WhenAll(asking).OrGiveUp(), search => Assert.IsType<KeySearch.Found>(search));
        Assert.Single(Server.Requests.All);
    }

    [Fact]
    public async Task An_unknown_key_is_looked_for_once_and_a_rotated_one_is_found_so()
    {
        var keys = Keys();
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("1", TokenAlgorithm.RS256));
        _answer = context => context.Response.WriteAsync(TestIssuer.RotatedJwks);

        Assert.IsType<KeySearch.None>(await keys.FindAsync("2", TokenAlgorithm.RS256));
        _clock.Advance(RemoteKeys.Interval);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("2", TokenAlgorithm.RS256));

        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task Made_up_keys_cannot_have_the_issuer_asked_more_often()
    {
        var keys = Keys();
        for (var i = 0; i < 100; i++)
        {
            Assert.IsType<KeySearch.None>(await keys.FindAsync($"made up {i}", TokenAlgorithm.RS256));
            _clock.Advance(RemoteKeys.Interval / 50);
        }

        Assert.Equal(2, Server.Requests.Count);
    }

    [Fact]
    public async Task Keys_are_fetched_anew_in_the_background_so_that_one_taken_back_ends()
    {
        var keys = Keys();
        await keys.FindAsync("1", TokenAlgorithm.RS256);
        TakeBackTheFirst();

        _clock.Advance(RemoteKeys.RenewAfter);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("1", TokenAlgorithm.RS256));
        await Server.Requests.Reached(2);
        // Joins the fetch in progress (single-flight), or uses its result.
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("2", TokenAlgorithm.RS256));

        Assert.IsType<KeySearch.None>(await keys.FindAsync("1", TokenAlgorithm.RS256));
    }

    [Fact]
    public async Task After_a_quiet_time_a_key_that_was_taken_back_counts_not_even_once()
    {
        var keys = Keys();
        await keys.FindAsync("1", TokenAlgorithm.RS256);
        TakeBackTheFirst();
        _clock.Advance(RemoteKeys.FreshFor);

        Assert.IsType<KeySearch.None>(await keys.FindAsync("1", TokenAlgorithm.RS256));
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    public async Task An_issuer_without_usable_keys_is_not_away_and_has_taken_all_of_them_back(string set)
    {
        using var log = new CapturedLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var keys = new RemoteKeys(TestIssuer.Snapshot(url: new(Server.Address, "/keys")), _download, _clock, loggers.CreateLogger("keys"));
        await keys.FindAsync("1", TokenAlgorithm.RS256);
        _answer = context => context.Response.WriteAsync(set);
        _clock.Advance(RemoteKeys.FreshFor);

        Assert.IsType<KeySearch.None>(await keys.FindAsync("1", TokenAlgorithm.RS256));
        Assert.IsType<KeySearch.None>(await keys.FindAsync("2", TokenAlgorithm.RS256));
        Assert.Contains(log.Lines, line => line.StartsWith("Error keys[1903] Issuer tested publishes no usable key", StringComparison.Ordinal));

        _answer = context => context.Response.WriteAsync(TestIssuer.Jwks);
        _clock.Advance(RemoteKeys.Interval);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("1", TokenAlgorithm.RS256));
    }

    [Fact]
    public async Task Only_the_first_after_a_quiet_time_waits_for_an_issuer_that_hangs()
    {
        var keys = Keys();
        await keys.FindAsync("1", TokenAlgorithm.RS256);
        var gate = new Gate();
        _answer = _ => gate.Opened;
        _clock.Advance(RemoteKeys.FreshFor);

        var first = keys.FindAsync("1", TokenAlgorithm.RS256).AsTask();
        await Server.Requests.Reached(2);
        await _clock.WhenArmedAsync(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<KeySearch.Found>(await first.OrGiveUp());
        _clock.Advance(RemoteKeys.Interval);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("1", TokenAlgorithm.RS256).AsTask().OrGiveUp());

        gate.Open();
    }

    [Fact]
    public async Task While_the_issuer_is_away_known_keys_count_for_a_day_and_others_cannot_be_told()
    {
        var keys = Keys();
        await keys.FindAsync("1", TokenAlgorithm.RS256);
        _answer = Status(503);
        _clock.Advance(RemoteKeys.Interval);

        Assert.Equal(RemoteKeys.Interval, Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("2", TokenAlgorithm.RS256)).RetryAfter);
        _clock.Advance(RemoteKeys.GoodFor - RemoteKeys.Interval - TimeSpan.FromSeconds(1));
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("1", TokenAlgorithm.RS256));
        _clock.Advance(RemoteKeys.Interval + TimeSpan.FromSeconds(1));
        Assert.IsType<KeySearch.Unavailable>(await keys.FindAsync("1", TokenAlgorithm.RS256));

        _answer = context => context.Response.WriteAsync(TestIssuer.Jwks);
        _clock.Advance(RemoteKeys.Interval);
        Assert.IsType<KeySearch.Found>(await keys.FindAsync("1", TokenAlgorithm.RS256));
    }

    [Fact]
    public async Task An_issuer_that_hangs_is_given_up()
    {
        var gate = new Gate();
        _answer = _ => gate.Opened;

        var asking = Keys().FindAsync("1", TokenAlgorithm.RS256).AsTask();
        await Server.Requests.Reached(1);
        await _clock.WhenArmedAsync(TimeSpan.FromSeconds(5));
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.IsType<KeySearch.Unavailable>(await asking.OrGiveUp());
        gate.Open();
    }

    public static TheoryData<string> UnfitAnswers => ["redirect", "larger", "endless", "other", "none"];

    [Theory]
    [MemberData(nameof(UnfitAnswers))]
    public async Task An_answer_that_is_no_set_of_keys_counts_as_none(string kind)
    {
        _answer = kind switch
        {
            "redirect" => context =>
            {
                if (context.Request.Path == "/elsewhere")
                    return context.Response.WriteAsync(TestIssuer.Jwks);
                context.Response.Redirect("/elsewhere");
                return Task.CompletedTask;
            }
            ,
            "larger" => context => context.Response.WriteAsync(TestIssuer.Jwks + new string(' ', 256 * 1024)),
            "endless" => async context =>
            {
                var block = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(block);
            }
            ,
            "other" => context => context.Response.WriteAsync("<html>"),
            _ => Status(404),
        };

        Assert.IsType<KeySearch.Unavailable>(await Keys().FindAsync("1", TokenAlgorithm.RS256).AsTask().OrGiveUp());
    }

    [Theory]
    [InlineData("{issuer}", "{server}keys", true)]
    [InlineData("https://other.example", "{server}keys", false)]
    [InlineData("{issuer}", "http://192.0.2.1/keys", false)]
    [InlineData("{issuer}", "file:///etc/keys", false)]
    [InlineData("{issuer}", "", false)]
    public async Task Discovery_says_where_the_keys_are_and_for_no_other_issuer(string issuer, string keysUrl, bool isFound)
    {
        var root = Server.Address.ToString();
        var name = root.TrimEnd('/');
        _answer = context => context.Response.WriteAsync(context.Request.Path == "/keys"
            ? TestIssuer.Jwks
            : $$"""{"issuer":"{{issuer.Replace("{issuer}", name, StringComparison.Ordinal)}}","jwks_uri":"{{keysUrl.Replace("{server}", root, StringComparison.Ordinal)}}"}""");
        var keys = new RemoteKeys(new() { Name = "tested", Issuer = name, Audiences = ["a"] }, _download, _clock, NullLogger.Instance);

        var search = await keys.FindAsync("1", TokenAlgorithm.RS256);

        Assert.Equal(isFound, search is KeySearch.Found);
        Assert.Equal("GET /.well-known/openid-configuration", Server.Requests.All[0]);
    }

    private static RequestDelegate Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>From now on the issuer publishes key "1" no longer, but a key "0" in its place.</summary>
    private void TakeBackTheFirst() =>
        _answer = context => context.Response.WriteAsync(TestIssuer.RotatedJwks.Replace("\"kid\":\"1\"", "\"kid\":\"0\"", StringComparison.Ordinal));

    private RemoteKeys Keys() => new(TestIssuer.Snapshot(url: new(Server.Address, "/keys")), _download, _clock, NullLogger.Instance);
}
