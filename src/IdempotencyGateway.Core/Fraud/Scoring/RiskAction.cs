using System.Diagnostics.CodeAnalysis;

namespace IdempotencyGateway.Core.Fraud.Scoring;

/// <summary>The gateway's reaction to a verdict, beside reporting it to the backend: exactly one of the three cases below.</summary>
public abstract record RiskAction
{
    private const string RoutePrefix = "Route:";

    private RiskAction()
    {
    }

    /// <summary>None: the request is only annotated with the verdict.</summary>
    public sealed record Annotate : RiskAction
    {
        public static readonly Annotate Instance = new();

        public override string ToString() => nameof(Annotate);
    }

    /// <summary>The request is not sent. The client gets a 403 that gives no reasons.</summary>
    public sealed record Block : RiskAction
    {
        public static readonly Block Instance = new();

        public override string ToString() => nameof(Block);
    }

    /// <summary>The request is sent to this cluster instead of the route's own.</summary>
    public sealed record Route(string Cluster) : RiskAction
    {
        public const int MaxLength = 256;

        public override string ToString() => RoutePrefix + Cluster;
    }

    /// <summary>Parses what <c>ToString</c> writes: "Annotate", "Block", "Route:cluster".</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out RiskAction action)
    {
        action = text switch
        {
            nameof(Annotate) => Annotate.Instance,
            nameof(Block) => Block.Instance,
            _ when text.StartsWith(RoutePrefix, StringComparison.Ordinal)
                && text.Length - RoutePrefix.Length is > 0 and <= Route.MaxLength => new Route(text[RoutePrefix.Length..]),
            _ => null,
        };
        return action is not null;
    }
}
