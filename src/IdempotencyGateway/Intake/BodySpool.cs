using System.Buffers;
using System.Numerics;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Intake;

/// <summary>Takes the whole body of a request into memory, within the route's limit and the process's budget. Nothing goes to disk.</summary>
public sealed class BodySpool(MemoryBudget budget, LimitReplies limits)
{
    /// <summary>Taken at first; only a client that has really sent this much makes the spool take what it announced.</summary>
    private const int FirstBufferInBytes = 64 * 1024;

    private const int SmallestBufferInBytes = 256;

    /// <param name="caller">Whose body it is, where that is known before it has arrived.</param>
    public async ValueTask<SpoolResult> ReadAsync(HttpContext context, long limitInBytes, CallerScope? caller)
    {
        var announced = context.Request.ContentLength;
        if (announced > limitInBytes)
            return TooLarge(limitInBytes);
        var buffer = Array.Empty<byte>();
        var length = 0;
        var handedOver = false;
        try
        {
            var reader = context.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                var more = read.Buffer.Length;
                if (length + more > limitInBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return TooLarge(limitInBytes);
                }
                if (length + more > buffer.Length && TryGrow(ref buffer, length, length + (int)more, announced, caller) is { } reached)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return new SpoolResult.Refused(limits.Tell(reached));
                }
                read.Buffer.CopyTo(buffer.AsSpan(length));
                length += (int)more;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
            handedOver = true;
            return new SpoolResult.Whole(Hand(buffer, length, caller));
        }
        catch (BadHttpRequestException e)
        {
            return new SpoolResult.Refused(BrokenBody.Tell(e.StatusCode));
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException)
        {
            return SpoolResult.ClientGone.Instance;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // A chunk size beyond any number is the one, a trailer in bytes that are no text the other; neither is the exception above.
            return new SpoolResult.Refused(BrokenBody.Tell(StatusCodes.Status400BadRequest));
        }
        finally
        {
            if (!handedOver)
                Return(buffer, length, caller);
        }
    }

    /// <summary>Memory for a body that is sent in a client's place.</summary>
    /// <returns>Null when the budget does not allow for it.</returns>
    internal SpooledBody? TryCopy(ReadOnlySpan<byte> body)
    {
        var buffer = Array.Empty<byte>();
        if (TryGrow(ref buffer, 0, body.Length, body.Length, caller: null) is not null)
            return null;
        body.CopyTo(buffer);
        return new(buffer, body.Length, budget, caller: null);
    }

    /// <returns>Null when it has grown.</returns>
    internal LimitReached? TryGrow(ref byte[] buffer, int length, int needed, long? announced, CallerScope? caller)
    {
        var wanted = buffer.Length == 0
            ? Math.Max(needed, (int)Math.Min(announced ?? 0, FirstBufferInBytes))
            : Math.Max(needed, (int)Math.Max(announced ?? 0, Math.Min(2L * buffer.Length, Array.MaxLength)));
        // The pool hands out the next power of two, which is what the budget has to pay for, before it is allocated.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(wanted, SmallestBufferInBytes));
        if (budget.Take(size, caller) is { } reached)
            return reached;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer, length, caller);
        buffer = larger;
        return null;
    }

    /// <summary>What it has grown to, as a body.</summary>
    internal SpooledBody Hand(byte[] buffer, int length, CallerScope? caller = null) => new(buffer, length, budget, caller);

    private void Return(byte[] buffer, int length, CallerScope? caller) => Hand(buffer, length, caller).Dispose();

    internal static SpoolResult.Refused TooLarge(long limitInBytes) => new(
        new(GatewayProblem.BodyTooLarge, $"This route takes bodies of up to {limitInBytes} bytes.") { CloseConnection = true });
}
