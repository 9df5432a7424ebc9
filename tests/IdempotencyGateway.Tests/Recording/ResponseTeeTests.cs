using IdempotencyGateway.Core.Records;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Tests.Recording;

public sealed class ResponseTeeTests : IDisposable
{
    private readonly MemoryStream _client = new();
    private readonly GatewayMetrics _metrics = new();
    private int _overflows;
    private TombstoneReason? _reason;

    public void Dispose()
    {
        _client.Dispose();
        _metrics.Dispose();
    }

    [Theory]
    [InlineData(100, new[] { 100 })]
    [InlineData(100, new[] { 1, 99 })]
    [InlineData(100, new[] { 0, 50, 50, 0 })]
    [InlineData(10_000, new[] { 300, 300, 9_400 })]
    [InlineData(0, new[] { 0 })]
    public async Task What_fits_is_held_and_the_client_sees_nothing(int cap, int[] pieces)
    {
        await using var tee = Make(cap);
        var written = await WriteAsync(tee, pieces);

        Assert.False(tee.Overflowed);
        Assert.Equal(written, tee.Held.ToArray());
        Assert.Equal(written.Length, tee.Received);
        Assert.Equal(0, _client.Length);
    }

    [Theory]
    [InlineData(100, new[] { 101 })]
    [InlineData(100, new[] { 100, 1 })]
    [InlineData(100, new[] { 60, 60, 60, 1000 })]
    [InlineData(1_000, new[] { 300, 300, 401 })]
    [InlineData(0, new[] { 1, 1 })]
    public async Task What_outgrows_the_cap_goes_to_the_client_whole_and_in_order(int cap, int[] pieces)
    {
        await using var tee = Make(cap);
        var written = await WriteAsync(tee, pieces);

        Assert.True(tee.Overflowed);
        Assert.Equal(TombstoneReason.TooLarge, _reason);
        Assert.Equal(written, _client.ToArray());
        Assert.Equal(written.Length, tee.Received);
        Assert.Equal(1, _overflows);
        Assert.True(tee.Held.IsEmpty);
    }

    [Fact]
    public async Task Starting_flushing_and_completing_are_not_the_providers_to_decide()
    {
        await using var tee = Make(100);
        await tee.WriteAsync(new byte[10]);

        await tee.StartAsync();
        await tee.FlushAsync();
        await tee.CompleteAsync();

        Assert.Equal(10, tee.Held.Length);
        Assert.Equal(0, _client.Length);
    }

    [Fact]
    public async Task What_memory_has_no_room_for_goes_to_the_client_likewise()
    {
        var budget = new AnswerBudget(AnswerBudget.FreeInBytes, _metrics);
        await using var tee = Make(1_000_000, budget);

        var written = await WriteAsync(tee, [AnswerBudget.FreeInBytes, 1, 5]);

        Assert.Equal(TombstoneReason.MemoryFull, _reason);
        Assert.Equal(written, _client.ToArray());
        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public async Task What_is_held_is_paid_for_until_it_is_let_go()
    {
        var budget = new AnswerBudget(1_000_000, _metrics);
        await using (var tee = Make(1_000_000, budget))
        {
            await WriteAsync(tee, [100, 20_000, 50_000]);
            Assert.InRange(budget.UsedInBytes, 70_100, 2 * 70_100);
        }

        Assert.Equal(0, budget.UsedInBytes);
    }

    [Fact]
    public async Task What_was_held_is_wiped_when_it_moves_and_when_it_is_let_go()
    {
        ReadOnlyMemory<byte> small, large;
        await using (var tee = Make(100_000))
        {
            await WriteAsync(tee, [100]);
            small = tee.Held;
            await WriteAsync(tee, [10_000]);
            large = tee.Held;
            Assert.True(large.Span.ContainsAnyExcept((byte)0));
        }

        Assert.False(small.Span.ContainsAnyExcept((byte)0));
        Assert.False(large.Span.ContainsAnyExcept((byte)0));
    }

    private ResponseTee Make(int cap, AnswerBudget? budget = null) => new(cap, budget ?? new(0, _metrics), async (held, reason) =>
    {
        _overflows++;
        _reason = reason;
        await _client.WriteAsync(held);
        return _client;
    });

    private static async Task<byte[]> WriteAsync(ResponseTee tee, int[] pieces)
    {
        var all = new byte[pieces.Sum()];
        new Random(1).NextBytes(all);
        var at = 0;
        foreach (var length in pieces)
        {
            await tee.WriteAsync(all.AsMemory(at, length));
            at += length;
        }
        return all;
    }
}
