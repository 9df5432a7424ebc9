using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Intake;

/// <summary>Chooses the clusters that a guarded request may be sent to, by values in the request.</summary>
public static class BackendSelector
{
    /// <param name="body">The whole body.</param>
    /// <returns>Null when no rule matches and there is no default.</returns>
    public static BackendChoice? Choose(BackendPolicy backends, HttpRequest request, CallerPolicy caller, ReadOnlySpan<byte> body)
    {
        foreach (var rule in backends.Rules)
        {
            if (SourceReader.Find(rule.If, request, caller, body) is { } value && rule.Is.Contains(value))
                return rule.Then;
        }
        return backends.Otherwise;
    }
}
