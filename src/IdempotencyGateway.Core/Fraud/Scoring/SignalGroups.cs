using IdempotencyGateway.Core.Fraud.Fields;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The names of the groups in configuration and header fields, and their default caps.</summary>
public static class SignalGroups
{
    public const int Count = 6;

    private static readonly string[] Names = ["ip", "device", "geo", "behaviour", "edge", "external"];
    private static readonly FieldValue[] Tokens = [.. Names.Select(FieldValue.OfToken)];
    private static readonly int[] Caps = [60, 45, 35, 50, 60, 80];

    public static IReadOnlyList<string> AllNames => Names;

    public static string Name(this SignalGroup group) => Names[(int)group];

    public static int DefaultCap(this SignalGroup group) => Caps[(int)group];

    public static FieldValue Token(this SignalGroup group) => Tokens[(int)group];

    public static bool TryParse(string name, out SignalGroup group)
    {
        var at = Array.IndexOf(Names, name);
        group = (SignalGroup)Math.Max(at, 0);
        return at >= 0;
    }
}
