namespace SimulatedProvider.Exchange;

/// <summary>Reads request bodies to their end. If the client disconnects before that, the server throws, and nothing was executed.</summary>
internal static class BodyIntake
{
    /// <returns>False when the body has more than <paramref name="limitBytes"/>. The rest of it stays unread.</returns>
    public static async ValueTask<bool> TryReadAsync(HttpRequest request, PooledBuffer into, int limitBytes)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            foreach (var segment in read.Buffer)
                into.Write(segment.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (into.Length > limitBytes)
                return false;
            if (read.IsCompleted)
                return true;
        }
    }

    public static async ValueTask DiscardAsync(HttpRequest request)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync();
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }
}
