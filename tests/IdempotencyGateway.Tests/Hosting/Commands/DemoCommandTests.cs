namespace IdempotencyGateway.Tests.Hosting.Commands;

/// <summary>The demo's table is a promise: every number in it is counted at the provider.</summary>
public sealed class DemoCommandTests
{
    [Fact]
    public async Task The_demo_shows_one_execution_a_key_whatever_goes_wrong()
    {
        var (code, output, error) = await CommandLineTests.InvokeAsync("demo", "--port", "0", "--exit");

        Assert.Equal(
            """
            asked                                           the client got                                 executed
            first call                                      201 executed                                   1
            the same call again (a retry)                   201 executed, then 201 replayed                1
            twenty at once with one key                     1 x 201 executed, 19 x 201 replayed            1
            the same key with another body                  201 executed, then 422 idempotency-key-reused  1
            no body, and the provider drops the connection  502 outcome-unknown, then 409 outcome-unknown  1
            the provider dies after executing               502 outcome-unknown, then 409 outcome-unknown  1
            the client hangs up and comes back              nothing, then 201 replayed                     1
            the provider answers 429, then works            429 executed, then 201 executed                1

            Most executions of any one key: 1.

            """,
            output,
            ignoreLineEndingDifferences: true);
        Assert.Equal((0, ""), (code, error));
    }

    [Fact]
    public async Task A_port_in_use_is_told_with_what_to_do()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var (code, _, error) = await CommandLineTests.InvokeAsync("demo", "--exit", "--port", $"{port}");

        Assert.Equal(1, code);
        Assert.Contains($"running on port {port}? Choose another with --port.", error, StringComparison.Ordinal);
    }
}
