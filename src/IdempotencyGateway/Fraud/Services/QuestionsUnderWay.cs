using System.Collections.Concurrent;
using System.Text;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Fraud.Services;

/// <summary>Single-flight for questions to services: while a question is being asked, equal questions wait for the same answer.</summary>
internal sealed class QuestionsUnderWay
{
    private readonly ConcurrentDictionary<(ExternalSource, string), Lazy<Task<ServiceAnswer?>>> _asked = new();

    /// <param name="ask">Must have a timeout of its own. It continues when the request that started it has stopped waiting, because others may still wait.</param>
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
