using System.Globalization;
using IdempotencyGateway.Tests.Testing;
using SimulatedProvider;
using SimulatedProvider.Faults;

namespace IdempotencyGateway.Tests.SimulatedProvider;

/// <summary>Each fault as seen on a raw socket, and whether the operation was executed.</summary>
public sealed class FaultsOnTheWireTests : ProviderTest
{
    private const string BodilessHead = "POST /v3/session/11111111-2222-4333-8444-555555555555/ping/ HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nX-Operation: o\r\n";
    private readonly ManualTimeProvider _time = new();

    protected override SimulatedProviderOptions Options => new() { TimeProvider = _time };

    [Theory]
    [InlineData("reset", true, 0)]
    [InlineData("execute-then-reset", true, 1)]
    [InlineData("close", false, 0)]
    [InlineData("execute-then-close", false, 1)]
    public async Task The_connection_ends_without_a_byte(string fault, bool wasReset, int executions)
    {
        var end = await CreateSessionAsync(fault);

        Assert.Equal(("", wasReset), end);
        AssertCounts(executions);
    }

    [Theory]
    [InlineData("drop", 0)]
    [InlineData("execute-then-drop", 1)]
    public async Task A_bodiless_request_is_dropped_without_a_byte(string fault, int executions)
    {
        var end = await ExchangeAsync($"{BodilessHead}X-Simulate: {fault}\r\n\r\n");

        Assert.Equal(("", false), end);
        AssertCounts(executions);
    }

    [Fact]
    public async Task A_request_with_a_body_cannot_be_dropped()
    {
        var (text, _) = await CreateSessionAsync("drop");

        Assert.StartsWith("HTTP/1.1 400 ", text, StringComparison.Ordinal);
        AssertCounts(0);
    }

    [Theory]
    [InlineData("status=500", 500, null, 0)]
    [InlineData("execute-then-status=500", 500, null, 1)]
    [InlineData("status=503", 503, "42", 0)]
    [InlineData("execute-then-status=429", 429, "42", 1)]
    [InlineData("status=599", 599, null, 0)]
    public async Task A_status_comes_instead_of_the_answer(string fault, int status, string? retryAfter, int executions)
    {
        var (text, wasReset) = await CreateSessionAsync(fault);

        Assert.StartsWith($"HTTP/1.1 {status.ToString(CultureInfo.InvariantCulture)} ", text, StringComparison.Ordinal);
        Assert.Equal(retryAfter is not null, text.Contains($"\r\nRetry-After: {retryAfter}\r\n", StringComparison.Ordinal));
        Assert.Contains("\r\n\r\n{\"detail\":\"", text, StringComparison.Ordinal);
        Assert.False(wasReset);
        AssertCounts(executions);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public async Task A_status_that_has_no_body_comes_without_one(int status)
    {
        var (text, _) = await CreateSessionAsync($"status={status}");

        Assert.EndsWith("\r\n\r\n", text, StringComparison.Ordinal);
        AssertCounts(0);
    }

    [Fact]
    public async Task A_truncated_answer_is_half_of_what_it_promises()
    {
        var (text, wasReset) = await CreateSessionAsync("truncate");

        Assert.StartsWith("HTTP/1.1 201 ", text, StringComparison.Ordinal);
        Assert.Equal(PromisedLengthOf(text) / 2, BodyOf(text).Length);
        Assert.False(wasReset);
        AssertCounts(1);
    }

    [Fact]
    public async Task A_close_delimited_answer_is_whole_and_promises_nothing()
    {
        var (text, wasReset) = await CreateSessionAsync("close-delimited");

        Assert.StartsWith("HTTP/1.1 201 Created\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-Length", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Transfer-Encoding", text, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("}", BodyOf(text), StringComparison.Ordinal);
        Assert.False(wasReset);
        AssertCounts(1);
    }

    [Theory]
    [InlineData("hang", 0)]
    [InlineData("execute-then-hang", 1)]
    public async Task A_hanging_provider_says_nothing_until_the_client_leaves(string fault, int executions)
    {
        using (var connection = await RawConnection.OpenAsync(Provider.Address))
        {
            await connection.SendAsync(SessionRequest(fault));
            await Executions.Delivered.WhenReachesAsync(1).WaitAsync(Patience.Limit);
            if (executions > 0)
                await Executions.Executed.WhenReachesAsync(1).WaitAsync(Patience.Limit);
            Assert.False(connection.ReadToEndAsync().IsCompleted);
        }

        await Client.CreateSessionAsync(("X-Operation", "after"));
        AssertCounts(executions);
    }

    [Fact]
    public async Task Latency_passes_on_the_given_clock_before_the_operation_is_executed()
    {
        var answer = CreateSessionAsync("latency=200ms");
        await _time.WhenArmedAsync(TimeSpan.FromMilliseconds(200));

        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(answer.IsCompleted);
        AssertCounts(0);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.StartsWith("HTTP/1.1 201 ", (await answer).Text, StringComparison.Ordinal);
        AssertCounts(1);
    }

    [Fact]
    public async Task Faults_add_up_in_the_order_written()
    {
        var end = CreateSessionAsync("latency=1s, execute-then-reset");
        await _time.WhenArmedAsync(TimeSpan.FromSeconds(1));
        AssertCounts(0);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(("", true), await end);
        AssertCounts(1);
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_is_held_does_not_stop_the_provider()
    {
        var gate = new FaultGate();
        Faults.Next(new Fault.Hold(gate));
        using (var connection = await RawConnection.OpenAsync(Provider.Address))
        {
            await connection.SendAsync(SessionRequest(fault: null));
            await gate.Held.WhenReachesAsync(1).WaitAsync(Patience.Limit);
        }

        gate.Release();

        await Executions.Executed.WhenReachesAsync(1).WaitAsync(Patience.Limit);
    }

    [Fact]
    public async Task A_client_that_leaves_before_its_body_is_complete_causes_no_execution()
    {
        var request = SessionRequest(fault: null);
        using (var connection = await RawConnection.OpenAsync(Provider.Address))
        {
            await connection.SendAsync(request[..^5]);
            await Executions.Delivered.WhenReachesAsync(1).WaitAsync(Patience.Limit);
        }

        await Client.CreateSessionAsync(("X-Operation", "after"));
        AssertCounts(0);
    }

    [Theory]
    [InlineData("explode")]
    [InlineData("")]
    [InlineData("latency")]
    [InlineData("latency=2h")]
    [InlineData("latency=-1s")]
    [InlineData("status=199")]
    [InlineData("status=600")]
    [InlineData("reset=1")]
    [InlineData("execute-then-truncate")]
    [InlineData("reset, explode")]
    public async Task An_unknown_word_is_refused_with_the_list_of_the_known_ones(string fault)
    {
        var (text, _) = await CreateSessionAsync(fault);

        Assert.StartsWith("HTTP/1.1 400 ", text, StringComparison.Ordinal);
        Assert.Contains("known are: latency=", text, StringComparison.Ordinal);
        Assert.Contains("execute-then-", text, StringComparison.Ordinal);
        AssertCounts(0);
    }

    [Theory]
    [InlineData("hold")]
    [InlineData("hang")]
    [InlineData("close")]
    [InlineData("latency=1m")]
    public async Task Stopping_the_provider_breaks_off_what_it_holds(string fault)
    {
        using var connection = await RawConnection.OpenAsync(Provider.Address);
        await connection.SendAsync(SessionRequest(fault));
        await Executions.Delivered.WhenReachesAsync(1).WaitAsync(Patience.Limit);

        await Provider.DisposeAsync().AsTask().WaitAsync(Patience.Limit);

        Assert.Equal("", (await connection.ReadToEndAsync()).Text);
        AssertCounts(0);
    }

    private static string SessionRequest(string? fault) =>
        "POST /v3/session/ HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\nX-Operation: o\r\nConnection: close\r\n"
        + (fault is null ? "" : $"X-Simulate: {fault}\r\n")
        + $"Content-Length: {ProviderClient.SessionBody.Length}\r\n\r\n{ProviderClient.SessionBody}";

    private static string BodyOf(string response) => response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    private static int PromisedLengthOf(string response)
    {
        const string Name = "Content-Length: ";
        var start = response.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        var end = response.IndexOf("\r\n", start, StringComparison.Ordinal);
        return int.Parse(response.AsSpan(start, end - start), CultureInfo.InvariantCulture);
    }

    private Task<(string Text, bool WasReset)> CreateSessionAsync(string fault) => ExchangeAsync(SessionRequest(fault));

    private async Task<(string Text, bool WasReset)> ExchangeAsync(string request)
    {
        using var connection = await RawConnection.OpenAsync(Provider.Address);
        await connection.SendAsync(request);
        return await connection.ReadToEndAsync();
    }

    private void AssertCounts(int executions)
    {
        Assert.Equal(executions, Executions.CountFor("o"));
        Assert.Equal(1, Executions.DeliveriesFor("o"));
    }
}
