namespace IdempotencyGateway.Core.Tests.Fraud;

/// <summary>Random damage to bytes, as by disks, networks and adversaries.</summary>
internal static class Damage
{
    /// <summary>Returns a copy with one to three changes: a bit flipped, a byte replaced, the end cut off, or a range removed, doubled or filled with noise.</summary>
    public static byte[] Done(ReadOnlySpan<byte> bytes, Random random)
    {
        List<byte> damaged = [.. bytes];
        for (var i = random.Next(3); i >= 0 && damaged.Count > 0; i--)
        {
            var at = random.Next(damaged.Count);
            var stretch = random.Next(Math.Min(32, damaged.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                case 3:
                    damaged.RemoveRange(at, stretch);
                    break;
                case 4:
                    damaged.InsertRange(at, damaged.GetRange(at, stretch));
                    break;
                default:
                    for (var noise = at; noise < at + stretch; noise++)
                        damaged[noise] = (byte)random.Next(256);
                    break;
            }
        }
        return [.. damaged];
    }
}
