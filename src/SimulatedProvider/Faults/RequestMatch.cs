using SimulatedProvider.Executions;

namespace SimulatedProvider.Faults;

/// <summary>The requests that a rule applies to. A null member matches every request.</summary>
/// <param name="Method">Exactly this method.</param>
/// <param name="Path">Paths that begin with this, as sent (<c>/v3/session/</c>).</param>
/// <param name="Operation">Exactly this label, see <see cref="OperationLabel"/>.</param>
public sealed record RequestMatch(string? Method = null, string? Path = null, string? Operation = null)
{
    public static RequestMatch Any { get; } = new();

    internal bool Matches(HttpRequest request) =>
        (Method is null || HttpMethods.Equals(Method, request.Method))
        && (Path is null || (request.Path.Value ?? "").StartsWith(Path, StringComparison.Ordinal))
        && (Operation is null || Operation == OperationLabel.Of(request));
}
