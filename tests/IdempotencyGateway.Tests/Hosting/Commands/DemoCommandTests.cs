using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.Hosting.Commands;

/// <summary>The demo prints the table that the README shows; its execution counts are counted at the provider.</summary>
public sealed partial class DemoCommandTests
{
    /// <summary>Values that differ between runs: times, and device ids, which depend on a random secret.</summary>
    [GeneratedRegex(@"(?<=at=)[0-9]+|(?<=dev\.id=:)[^:]+")]
    private static partial Regex Volatile();

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
            from a quiet address, then from a listed one    200 executed, then 200 executed                2
            the provider answers 429, then works            429 executed, then 201 executed                1

            The risk headers that the provider received for the two addresses:

              192.0.2.10    Risk-Score: 0;level=low;action=allow;model="demo";at=…;degraded=?0
              192.0.2.10    Risk-Signals: dev.id=:…:
              203.0.113.7   Risk-Reasons: IP_LISTED;g=ip;w=55;list="known-bad"
              203.0.113.7   Risk-Score: 55;level=high;action=review;model="demo";at=…;degraded=?0
              203.0.113.7   Risk-Signals: dev.id=:…:, ip.list="known-bad"

            Most executions of any one key: 1.

            """,
            Volatile().Replace(output, "…"),
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
