using IdempotencyGateway.Configuration.Sections.Proxy;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Fraud;

/// <summary>
/// Makes YARP accept <c>{ "FraudSignals": "profile" }</c> as a transform. The transform itself does nothing: <see cref="FraudRoutes"/> reads the profile from the configuration,
/// the request is scored before it is forwarded, and <see cref="RiskHeadersTransform"/> writes the headers after all other transforms.
/// </summary>
internal sealed class FraudSignalsTransform : ITransformFactory
{
    public bool Validate(TransformRouteValidationContext context, IReadOnlyDictionary<string, string> transformValues)
    {
        if (!IsOurs(transformValues))
            return false;
        if (transformValues.Count > 1)
            context.Errors.Add(new InvalidOperationException($"A transform {FraudRoutes.TransformName} of route '{context.Route.RouteId}' has other keys in it: move them to a separate transform."));
        return true;
    }

    public bool Build(TransformBuilderContext context, IReadOnlyDictionary<string, string> transformValues) => IsOurs(transformValues);

    private static bool IsOurs(IReadOnlyDictionary<string, string> values) =>
        values.Keys.Any(name => name.Equals(FraudRoutes.TransformName, StringComparison.OrdinalIgnoreCase));
}
