namespace SimulatedProvider;

/// <summary>Parses the command line of the executable.</summary>
internal static class SimulatorArguments
{
    public const string Usage =
        """
        options:
          --urls <url>          the http URL to listen on (default http://127.0.0.1:5080; port 0 picks a free port)
          --http2               speak only HTTP/2 without TLS, instead of only HTTP/1.1
          --latency <duration>  delay every answer by this: 200ms, 2s, 1m
          --totals-only         count totals only, not per operation (for load tests)
        """;

    /// <returns>Null when an argument is wrong; <paramref name="wrong"/> says which.</returns>
    public static SimulatedProviderOptions? TryParse(IReadOnlyList<string> args, ulong seed, out string? wrong)
    {
        var options = new SimulatedProviderOptions { Url = "http://127.0.0.1:5080", Seed = seed };
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--http2":
                    options = options with { Http2 = true };
                    break;
                case "--totals-only":
                    options = options with { CountPerOperation = false };
                    break;
                case "--urls" when i + 1 < args.Count && ListenAddress.TryParse(args[i + 1]) is not null:
                    options = options with { Url = args[i + 1] };
                    i++;
                    break;
                case "--latency" when i + 1 < args.Count && DurationText.TryParse(args[i + 1]) is { } latency:
                    options = options with { Latency = latency };
                    i++;
                    break;
                case "--urls":
                    wrong = "--urls needs one http URL with an IP address or localhost, such as http://127.0.0.1:5080";
                    return null;
                case "--latency":
                    wrong = "--latency needs a duration such as 200ms";
                    return null;
                default:
                    wrong = $"unknown option {args[i]}";
                    return null;
            }
        }
        wrong = null;
        return options;
    }
}
