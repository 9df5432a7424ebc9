using System.Buffers;
using System.Numerics;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Limits;
using IdempotencyGateway.Problems;
using Microsoft.AspNetCore.Connections;

namespace IdempotencyGateway.Intake;

/// <summary>Reads the whole body of a request into pooled memory, within the route's limit and the process's memory budget. Nothing goes to disk.</summary>
public sealed class BodySpool(MemoryBudget budget, LimitReplies limits)
{
    /// <summary>The most that is allocated at first. The announced length is allocated only after the client has really sent this much, so that an announcement costs no memory.</summary>
    private const int FirstBufferInBytes = 64 * 1024;

    private const int SmallestBufferInBytes = 256;

    /// <param name="caller">The caller whose budget pays for the body; null if the caller is not known yet.</param>
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
                    return new SpoolResult.Refused(limits.ReplyTo(reached));
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
            return new SpoolResult.Refused(BrokenBody.ReplyTo(e.StatusCode));
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or ConnectionAbortedException)
        {
            return SpoolResult.ClientGone.Instance;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Kestrel throws IOException for a chunk size that overflows, and InvalidOperationException for a trailer that cannot be decoded.
            return new SpoolResult.Refused(BrokenBody.ReplyTo(StatusCodes.Status400BadRequest));
        }
        finally
        {
            if (!handedOver)
                Return(buffer, length, caller);
        }
    }

    /// <summary>Copies a body that the gateway sends in place of the client's into pooled memory.</summary>
    /// <returns>Null when the memory budget is used up.</returns>
    internal SpooledBody? TryCopy(ReadOnlySpan<byte> body)
    {
        var buffer = Array.Empty<byte>();
        if (TryGrow(ref buffer, 0, body.Length, body.Length, caller: null) is not null)
            return null;
        body.CopyTo(buffer);
        return new(buffer, body.Length, budget, caller: null);
    }

    /// <summary>Replaces the buffer by a larger one with the same content.</summary>
    /// <returns>Null on success, else the limit that was reached.</returns>
    internal LimitReached? TryGrow(ref byte[] buffer, int length, int needed, long? announced, CallerScope? caller)
    {
        var wanted = buffer.Length == 0
            ? Math.Max(needed, (int)Math.Min(announced ?? 0, FirstBufferInBytes))
            : Math.Max(needed, (int)Math.Max(announced ?? 0, Math.Min(2L * buffer.Length, Array.MaxLength)));
        // The pool rents the next power of two, so this is the size to take from the budget. It is taken before the buffer is allocated.
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(wanted, SmallestBufferInBytes));
        if (budget.Take(size, caller) is { } reached)
            return reached;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(larger);
        Return(buffer, length, caller);
        buffer = larger;
        return null;
    }

    /// <summary>Makes a body of a buffer that <see cref="TryGrow"/> returned; disposing the body returns the buffer.</summary>
    internal SpooledBody Hand(byte[] buffer, int length, CallerScope? caller = null) => new(buffer, length, budget, caller);

    private void Return(byte[] buffer, int length, CallerScope? caller) => Hand(buffer, length, caller).Dispose();

    internal static SpoolResult.Refused TooLarge(long limitInBytes) => new(
        new(GatewayProblem.BodyTooLarge, $"This route takes bodies of up to {limitInBytes} bytes.") { CloseConnection = true });
}
