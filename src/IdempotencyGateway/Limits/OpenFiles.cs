using System.Globalization;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Limits;

/// <summary>
/// How many files this process may have open; sockets are among them. With none left the runtime can neither load nor start what it needs and ends the process, so clients, who open
/// connections as they like, get three quarters of them at most.
/// </summary>
internal static class OpenFiles
{
    /// <summary>What the process has open by itself (some 200 when it has just started), and connections to the first providers.</summary>
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

    /// <summary>How many connections may be open, operators' and those beyond the limit among them.</summary>
    public static int Seats(int? most) => most is { } files ? Math.Max(1, Math.Min((int)(files * 3L / 4), files - Own)) : int.MaxValue;

    /// <summary>Fewer connections, where there are not seats for all of them and for those who are told no.</summary>
    public static LimitsSnapshot Fit(LimitsSnapshot wanted, int? most)
    {
        var seats = Seats(most);
        // Half of the rest for operators, and for those who are being cut off.
        var fit = Math.Max(seats - 2 * ConnectionGate.MaxSurplus, (seats + 1) / 2);
        return fit < wanted.Connections ? wanted with { Connections = fit } : wanted;
    }
}
