using System.Globalization;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Limits;

/// <summary>
/// How many files this process may have open; sockets are among them. With none left the runtime can neither load nor start what it needs and ends the process. So clients, who open connections and make
/// requests as they like, are let in only so far as there are files: one for each connection, and one for what each request may need to reach its provider.
/// Not counted is what stays open to other destinations than the one that is asked now, until it has been idle for a minute.
/// </summary>
internal static class OpenFiles
{
    /// <summary>What the process has open by itself (some 200 when it has just started), and to its store, to services and to whoever issues tokens.</summary>
    private const int Own = 400;

    private const string Limits = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <returns>Null where the operating system does not say, or sets no limit.</returns>
    public static int? Most()
    {
        if (!File.Exists(Limits))
            return null;
        var line = Array.Find(File.ReadAllLines(Limits), line => line.StartsWith(Name, StringComparison.Ordinal));
        return int.TryParse(line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }

    /// <summary>How many connections may be open. Those that are neither clients' nor told no are operators', and those that are being cut off.</summary>
    public static int Seats(LimitsSnapshot fit) => fit.Connections + 2 * fit.SurplusConnections;

    /// <summary>Fewer connections and requests, where there are not files for all of them.</summary>
    public static LimitsSnapshot Fit(LimitsSnapshot wanted, int? most)
    {
        if (most is not { } files)
            return wanted;
        var left = Math.Max(files - Own, 2);
        var requests = Math.Min(wanted.Requests, left / 2);
        var seats = left - requests;
        var connections = Math.Min(wanted.Connections, Math.Max(seats - 2 * wanted.SurplusConnections, (seats + 1) / 2));
        return wanted with
        {
            Requests = requests,
            RequestsPerCaller = (int)Math.Max(1, (long)wanted.RequestsPerCaller * requests / wanted.Requests),
            Connections = connections,
            SurplusConnections = Math.Min(wanted.SurplusConnections, (seats - connections) / 2),
        };
    }
}
