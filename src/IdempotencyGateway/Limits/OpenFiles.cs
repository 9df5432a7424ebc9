using System.Globalization;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Limits;

/// <summary>
/// The number of files, including sockets, that this process may have open. When none is left, the runtime cannot open what it needs and ends the process. So clients are admitted only as
/// far as there are files: one for each connection, and one for the connection to a provider that each request may need. Idle connections to other destinations are not counted; they
/// close after a minute.
/// </summary>
internal static class OpenFiles
{
    /// <summary>Reserved for the process itself (about 200 files after the start) and for its connections to the store, to services and to token issuers.</summary>
    private const int Own = 400;

    private const string Limits = "/proc/self/limits";
    private const string Name = "Max open files";

    /// <returns>The process's limit; null if the operating system does not tell it, or sets none.</returns>
    public static int? Most()
    {
        if (!File.Exists(Limits))
            return null;
        var line = Array.Find(File.ReadAllLines(Limits), line => line.StartsWith(Name, StringComparison.Ordinal));
        return int.TryParse(line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null;
    }

    /// <summary>
    /// How many accepted connections may be open. The surplus counts twice: once for connections that are refused with an answer, and once for the admin listener's and for connections that
    /// are being aborted.
    /// </summary>
    public static int MostConnections(LimitsSnapshot fit) => fit.Connections + 2 * fit.SurplusConnections;

    /// <summary>Lowers Limits:Connections and Limits:Requests if the process may not open enough files for them.</summary>
    public static LimitsSnapshot Fit(LimitsSnapshot wanted, int? most)
    {
        if (most is not { } files)
            return wanted;
        var left = Math.Max(files - Own, 2);
        var requests = Math.Min(wanted.Requests, left / 2);
        var accepted = left - requests;
        var connections = Math.Min(wanted.Connections, Math.Max(accepted - 2 * wanted.SurplusConnections, (accepted + 1) / 2));
        return wanted with
        {
            Requests = requests,
            RequestsPerCaller = (int)Math.Max(1, (long)wanted.RequestsPerCaller * requests / wanted.Requests),
            Connections = connections,
            SurplusConnections = Math.Min(wanted.SurplusConnections, (accepted - connections) / 2),
        };
    }
}
