using System.Collections.Concurrent;
using System.Text;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>Equal questions to one service at the same moment are asked once, and all get the same answer. After that the question is asked anew.</summary>
internal sealed class QuestionsUnderWay
{
    private readonly ConcurrentDictionary<(ExternalSource, string), Lazy<Task<ServiceAnswer?>>> _asked = new();

    /// <param name="ask">Bounded in time by itself: it goes on when the one who began it has stopped waiting, because others may wait for it.</param>
    public Task<ServiceAnswer?> AskAsync(ExternalSource service, ReadOnlySpan<byte> question, Func<Task<ServiceAnswer?>> ask)
    {
        var name = (service, Encoding.UTF8.GetString(question));
        Lazy<Task<ServiceAnswer?>>? own = null;
        own = new(AskAndLeaveAsync);
        return _asked.GetOrAdd(name, own).Value;

        async Task<ServiceAnswer?> AskAndLeaveAsync()
        {
            try
            {
                return await ask();
            }
            finally
            {
                _asked.TryRemove(new(name, own!));
            }
        }
    }
}
