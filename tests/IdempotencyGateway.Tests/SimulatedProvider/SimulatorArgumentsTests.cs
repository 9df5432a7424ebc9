using SimulatedProvider;

namespace IdempotencyGateway.Tests.SimulatedProvider;

public sealed class SimulatorArgumentsTests
{
    [Fact]
    public void Without_arguments_it_listens_on_loopback() =>
        Assert.Equal(
            new SimulatedProviderOptions { Url = "http://127.0.0.1:5080", Seed = 3 }, SimulatorArguments.TryParse([], 3, out _));

    [Fact]
    public void Every_option_is_taken() =>
        Assert.Equal(
            new SimulatedProviderOptions
            {
                Url = "http://localhost:0",
                Http2 = true,
                Latency = TimeSpan.FromMilliseconds(50),
                CountPerOperation = false,
            },
            SimulatorArguments.TryParse(["--urls", "http://localhost:0", "--http2", "--latency", "50ms", "--totals-only"], 0, out _));

    [Theory]
    [InlineData("--urls")]
    [InlineData("--urls", "https://127.0.0.1:1")]
    [InlineData("--urls", "http://example.com")]
    [InlineData("--urls", "http://127.0.0.1:1;http://127.0.0.1:2")]
    [InlineData("--latency")]
    [InlineData("--latency", "50")]
    [InlineData("--latency", "99999999999ms")]
    [InlineData("--latency", "2000000000m")]
    [InlineData("--port", "1")]
    public void A_wrong_argument_is_named(params string[] args)
    {
        Assert.Null(SimulatorArguments.TryParse(args, 0, out var wrong));
        Assert.Contains(args[0], wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_an_exit_code_and_a_sentence()
    {
        await using var first = await SimulatedProviderHost.StartAsync(new SimulatedProviderOptions());
        using var errors = new StringWriter();

        var exitCode = await SimulatorProcess.RunAsync(["--urls", first.Address.ToString()], TextWriter.Null, errors);

        Assert.Equal(71, exitCode);
        Assert.StartsWith("cannot listen on ", errors.ToString(), StringComparison.Ordinal);
    }
}
