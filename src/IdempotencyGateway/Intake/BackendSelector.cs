using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Intake;

/// <summary>Which clusters a guarded request may go to, by what it says about itself.</summary>
public static class BackendSelector
{
    /// <param name="body">Whole.</param>
    /// <returns>Null when no cluster may take it.</returns>
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
