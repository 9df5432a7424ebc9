namespace IdempotencyGateway.Tests.Testing.Redis;

/// <summary>The log lines of a <c>redis-server</c> process. A test can wait for a text to appear.</summary>
public sealed class RedisLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Text, TaskCompletionSource<bool> Seen)> _waiting = [];
    private bool _ended;

    /// <param name="line">A line; null when the output has ended.</param>
    public void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null)
            {
                _ended = true;
                _waiting.ForEach(waiting => waiting.Seen.TrySetResult(false));
                return;
            }
            _lines.Add(line);
            foreach (var (text, seen) in _waiting)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    seen.TrySetResult(true);
            }
        }
    }

    /// <summary>Waits for a line that contains the text. Lines logged before the call count.</summary>
    public async Task WaitForAsync(string text)
    {
        if (!await TryWaitForAsync(text))
            throw new InvalidOperationException($"redis-server ended without logging \"{text}\": {this}");
    }

    /// <returns>False if the output ended without such a line.</returns>
    public async Task<bool> TryWaitForAsync(string text)
    {
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Exists(line => line.Contains(text, StringComparison.Ordinal)))
                return true;
            if (_ended)
                return false;
            _waiting.Add((text, seen));
        }
        return await seen.Task.OrGiveUp();
    }

    public override string ToString()
    {
        lock (_lock)
            return string.Join('\n', _lines);
    }
}
