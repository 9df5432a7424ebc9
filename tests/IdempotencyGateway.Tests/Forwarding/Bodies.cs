using System.Buffers;
using System.Text;
using IdempotencyGateway.Intake;

namespace IdempotencyGateway.Tests.Forwarding;

/// <summary>Spooled request bodies, as the intake produces them.</summary>
internal static class Bodies
{
    public static SpooledBody Of(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0)
            return new([], 0, new MemoryBudget(0));
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        var budget = new MemoryBudget(buffer.Length);
        Assert.True(budget.TryTake(buffer.Length));
        bytes.CopyTo(buffer, 0);
        return new(buffer, bytes.Length, budget);
    }
}
