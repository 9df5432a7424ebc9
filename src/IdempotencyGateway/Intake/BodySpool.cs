using System.Buffers;
using System.IO.Pipelines;
using System.Numerics;
using System.Security.Cryptography;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Intake;

/// <summary>Takes the whole body of a request into memory, within the route's limit and the process's budget. Nothing goes to disk.</summary>
public sealed class BodySpool(MemoryBudget budget)
{
    /// <summary>Taken at first; only a client that has really sent this much makes the spool take what it announced.</summary>
    private const int FirstBufferInBytes = 64 * 1024;

    private const int SmallestBufferInBytes = 256;

    private static readonly TimeSpan RetryWhenBudgetIsExhausted = TimeSpan.FromSeconds(1);

    public async ValueTask<SpoolResult> ReadAsync(HttpContext context, long limitInBytes)
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
                if (length + more > buffer.Length && !TryGrow(ref buffer, length, length + (int)more, announced))
                {
                    reader.AdvanceTo(read.Buffer.End);
                    Return(buffer, length);
                    buffer = [];
                    await DiscardAsync(context, limitInBytes - length - more);
                    return OutOfMemory;
                }
                read.Buffer.CopyTo(buffer.AsSpan(length));
                length += (int)more;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
            handedOver = true;
            return new SpoolResult.Whole(new SpooledBody(buffer, length, budget));
        }
        catch (BadHttpRequestException e)
        {
            return Broken(e);
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException)
        {
            return SpoolResult.ClientGone.Instance;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // A chunk size beyond any number is the one, a trailer in bytes that are no text the other; neither is the exception above.
            return Unreadable;
        }
        finally
        {
            if (!handedOver)
                Return(buffer, length);
        }
    }

    /// <summary>
    /// Reads on, keeping nothing: a client that is cut off while it still sends does not get to see the answer. The server's own data rate limit ends it for one
    /// that sends slowly.
    /// </summary>
    private static async Task DiscardAsync(HttpContext context, long limitInBytes)
    {
        var reader = context.Request.BodyReader;
        for (var discarded = 0L; discarded <= limitInBytes;)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            discarded += read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
    }

    private bool TryGrow(ref byte[] buffer, int length, int needed, long? announced)
    {
        var wanted = buffer.Length == 0
            ? Math.Max(needed, (int)Math.Min(announced ?? 0, FirstBufferInBytes))
            : Math.Max(needed, (int)Math.Max(announced ?? 0, Math.Min(2L * buffer.Length, Array.MaxLength)));
        // The pool hands out the next power of two, which is what the budget has to pay for, before it is allocated.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(wanted, SmallestBufferInBytes));
        if (!budget.TryTake(size))
            return false;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer, length);
        buffer = larger;
        return true;
    }

    private void Return(byte[] buffer, int length)
    {
        if (buffer.Length == 0)
            return;
        CryptographicOperations.ZeroMemory(buffer.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        budget.Return(buffer.Length);
    }

    private static SpoolResult.Refused TooLarge(long limitInBytes) => new(
        new(GatewayProblem.BodyTooLarge, $"This route takes bodies of up to {limitInBytes} bytes.") { CloseConnection = true });

    private static SpoolResult.Refused OutOfMemory => new(
        new(GatewayProblem.OutOfMemory, "The gateway holds as many request bodies as it may; repeat the request with the same key.")
        {
            RetryAfter = RetryWhenBudgetIsExhausted,
        });

    private static SpoolResult.Refused Broken(BadHttpRequestException e) => e.StatusCode == StatusCodes.Status408RequestTimeout
        ? new(new(GatewayProblem.BodySlow, "The body arrived more slowly than the gateway waits for.") { CloseConnection = true })
        : Unreadable;

    private static SpoolResult.Refused Unreadable => new(
        new(GatewayProblem.Malformed, "The body ended early or its chunks cannot be read.") { CloseConnection = true });
}
