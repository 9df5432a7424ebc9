using IdempotencyGateway.Configuration.Sections;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Makes <c>{ "FraudSignals": "profile" }</c> a transform that YARP knows. What it stands for is done elsewhere: the profile is looked up with the configuration
/// (<see cref="FraudRoutes"/>), the request is scored before it is forwarded, and <see cref="RiskHeadersTransform"/> writes the headers when all other transforms have run.
/// </summary>
internal sealed class FraudSignalsTransform : ITransformFactory
{
    public bool Validate(TransformRouteValidationContext context, IReadOnlyDictionary<string, string> transformValues)
    {
        if (!IsOurs(transformValues))
            return false;
        if (transformValues.Count > 1)
            context.Errors.Add(new InvalidOperationException($"A transform {FraudRoutes.TransformName} of route '{context.Route.RouteId}' has other names in it: give them a transform of their own."));
        return true;
    }

    public bool Build(TransformBuilderContext context, IReadOnlyDictionary<string, string> transformValues) => IsOurs(transformValues);

    private static bool IsOurs(IReadOnlyDictionary<string, string> values) =>
        values.Keys.Any(name => name.Equals(FraudRoutes.TransformName, StringComparison.OrdinalIgnoreCase));
}
