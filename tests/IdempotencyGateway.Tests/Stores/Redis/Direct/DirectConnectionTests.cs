using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using IdempotencyGateway.Stores.Redis.Direct;
using IdempotencyGateway.Tests.Testing;
using IdempotencyGateway.Tests.Testing.Redis;

namespace IdempotencyGateway.Tests.Stores.Redis.Direct;

/// <summary>The direct connection against a test that plays the server: it answers as Redis would, or not at all.</summary>
public sealed class DirectConnectionTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly ManualTimeProvider _time = new();
    private DirectConnection _connection = null!;
    private TcpClient _server = null!;

    public async Task InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        _server = await listener.AcceptTcpClientAsync();
        _connection = new(client.GetStream(), Patience, _time);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _connection.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task Replies_go_to_those_who_asked_in_their_order()
    {
        var asked = Enumerable.Range(0, 1000).Select(i => Ask("GET", $"{i}")).ToArray();

        await AnswerAsync(string.Concat(Enumerable.Range(0, 1000).Select(i => string.Create(CultureInfo.InvariantCulture, $":{i}\r\n"))));

        for (var i = 0; i < asked.Length; i++)
            Assert.Equal(i, (await asked[i]).Number);
    }

    [Fact]
    public async Task Commands_arrive_as_Redis_reads_them()
    {
        var asked = Ask("SET", "k", "", "NX");

        var expected = "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$2\r\nNX\r\n";
        var arrived = new byte[expected.Length];
        await _server.GetStream().ReadExactlyAsync(arrived).AsTask().OrGiveUp();
        Assert.Equal(expected, Encoding.ASCII.GetString(arrived));
        await AnswerAsync("$-1\r\n");
        Assert.Equal(DirectReplyKind.Nothing, (await asked).Kind);
    }

    [Fact]
    public async Task A_command_arrives_once_however_many_follow()
    {
        for (var i = 0; i < 5; i++)
        {
            var asked = Ask("GET", $"{i}");

            var expected = $"*2\r\n$3\r\nGET\r\n$1\r\n{i}\r\n";
            var arrived = new byte[expected.Length];
            await _server.GetStream().ReadExactlyAsync(arrived).AsTask().OrGiveUp();
            Assert.Equal(expected, Encoding.ASCII.GetString(arrived));
            await AnswerAsync(":1\r\n");
            await asked;
        }
    }

    [Fact]
    public async Task A_server_that_is_far_behind_gets_no_more_until_it_has_answered()
    {
        const int Most = 100_000;
        var asked = new List<Task<DirectReply>>();
        while (asked.Count <= Most && _connection.TrySend(default, "GET"u8.ToArray()) is { } asking)
            asked.Add(asking.AsTask());
        Assert.Equal(Most, asked.Count);

        await AnswerAsync(string.Concat(Enumerable.Repeat(":1\r\n", asked.Count)));
        await Task.WhenAll(asked).OrGiveUp();

        Assert.True(_connection.TrySend(default, "GET"u8.ToArray()) is not null);
    }

    [Fact]
    public async Task A_reply_larger_than_any_buffer_arrives_whole()
    {
        var asked = Ask("GET", "k");
        var large = new string('x', 3_000_000);

        await AnswerAsync($"${large.Length}\r\n{large}\r\n");

        Assert.Equal(large.Length, (await asked).Bytes!.Length);
    }

    [Fact]
    public async Task Patience_ends_and_a_late_reply_is_nobody_elses()
    {
        var late = Ask("GET", "late");
        _time.Advance(Patience);
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        var next = Ask("GET", "next");

        await AnswerAsync(":1\r\n:2\r\n");

        Assert.Equal(2, (await next).Number);
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_shift_the_replies()
    {
        using var gone = new CancellationTokenSource();
        var left = _connection.TrySend(gone.Token, "GET"u8.ToArray())!.Value.AsTask();
        var next = Ask("GET", "next");
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        await AnswerAsync(":1\r\n:2\r\n");

        Assert.Equal(2, (await next).Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*1\r\n:1\r\n")]
    [InlineData(":1\r\n:2\r\n:3\r\n")]
    public async Task When_the_connection_is_lost_or_answers_nonsense_whoever_waits_is_told_and_nobody_asks_it_again(string answer)
    {
        var asked = Ask("GET", "a");
        await AnswerAsync(answer);
        if (answer.Length == 0)
            _server.Dispose();

        if (answer.StartsWith(':'))
            Assert.Equal(1, (await asked).Number);
        else
            await Assert.ThrowsAsync<IOException>(() => asked);

        await Eventually.TrueAsync("the connection is over", () => _connection.IsOver);
        Assert.Null(_connection.TrySend(default, "GET"u8.ToArray()));
    }

    [Fact]
    public async Task A_retired_connection_takes_no_more_and_ends_when_what_it_took_is_answered()
    {
        var (first, second) = (Ask("GET", "a"), Ask("GET", "b"));

        _connection.Retire();

        Assert.True(_connection.IsOver);
        Assert.Null(_connection.TrySend(default, "GET"u8.ToArray()));
        await AnswerAsync(":1\r\n");
        Assert.Equal(1, (await first).Number);
        await AnswerAsync(":2\r\n");
        Assert.Equal(2, (await second).Number);
        await ReadToEndAsync();
    }

    [Fact]
    public async Task A_retired_connection_that_owes_nothing_ends_at_once()
    {
        _connection.Retire();

        await ReadToEndAsync();
    }

    [Fact]
    public async Task A_retired_connection_ends_when_nobody_waits_for_it_any_more()
    {
        var asked = Ask("GET", "a");

        _connection.Retire();
        _time.Advance(Patience);

        await Assert.ThrowsAsync<TimeoutException>(() => asked);
        await ReadToEndAsync();
    }

    [Fact]
    public async Task A_server_that_went_silent_is_asked_whether_it_is_there_and_then_given_up()
    {
        _time.Advance(TimeSpan.FromSeconds(11));
        var ping = new byte["*1\r\n$4\r\nPING\r\n".Length];
        await _server.GetStream().ReadExactlyAsync(ping).AsTask().OrGiveUp();
        Assert.False(_connection.IsOver);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(_connection.IsOver);
    }

    [Fact]
    public async Task A_server_that_answers_whether_it_is_there_is_kept()
    {
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10) + Patience / 4);
            var asked = Ask("GET", "k");
            await AnswerAsync("+PONG\r\n:1\r\n");
            Assert.Equal(1, (await asked).Number);
        }

        Assert.False(_connection.IsOver);
    }

    private Task<DirectReply> Ask(params string[] words) =>
        _connection.TrySend(default, Array.ConvertAll(words, word => new ReadOnlyMemory<byte>(Encoding.ASCII.GetBytes(word))))!.Value.AsTask().OrGiveUp();

    /// <summary>Reads until the connection under test closes its side.</summary>
    private async Task ReadToEndAsync() => await _server.GetStream().CopyToAsync(Stream.Null).OrGiveUp();

    private async Task AnswerAsync(string replies) => await _server.GetStream().WriteAsync(Encoding.ASCII.GetBytes(replies));
}
