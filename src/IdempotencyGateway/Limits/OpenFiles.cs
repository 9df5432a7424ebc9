using System.Globalization;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Limits;

/// <summary>
/// The number of files, including sockets, that this process may have open. When none is left, the runtime cannot open what it needs and ends the process. Clients may open any number of
/// connections, so these get at most three quarters.
/// </summary>
internal static class OpenFiles
{
    /// <summary>Reserved for the process itself (about 200 files after the start) and for its first connections to providers.</summary>
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

    /// <summary>How many accepted connections may be open, including the admin listener's and those beyond Limits:Connections.</summary>
    public static int MostConnections(int? most) => most is { } files ? Math.Max(1, Math.Min((int)(files * 3L / 4), files - Own)) : int.MaxValue;

    /// <summary>Lowers Limits:Connections if the process may not open enough files for these connections and the surplus ones that are refused with an answer.</summary>
    public static LimitsSnapshot Fit(LimitsSnapshot wanted, int? most)
    {
        var connections = MostConnections(most);
        // Twice the surplus is kept free: once for surplus connections, and once for the admin listener and for connections that are being aborted.
        var fit = Math.Max(connections - 2 * ConnectionGate.MaxSurplus, (connections + 1) / 2);
        return fit < wanted.Connections ? wanted with { Connections = fit } : wanted;
    }
}
