using IdempotencyGateway.Configuration.Reading;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Builds from the routes what YARP and ASP.NET Core would build, to find what they refuse. An invalid transform would end the process at its start. An invalid constraint in a path
/// would be noticed only with the first request, and make the requests of all routes fail.
/// </summary>
internal static class ProxyTrial
{
    public static void Check(IProxyConfig config, IServiceProvider yarp, ProblemList problems)
    {
        foreach (var route in config.Routes)
        {
            var path = $"ReverseProxy:Routes:{route.RouteId}";
            foreach (var parameter in RoutePaths.Read(route.Match.Path ?? "/")?.Parameters ?? [])
            {
                foreach (var constraint in parameter.ParameterPolicies)
                    Try($"{path}:Match:Path", $"has an invalid constraint for {{{parameter.Name}}}", () => Use(yarp.GetRequiredService<ParameterPolicyFactory>().Create(parameter, constraint), parameter.Name));
            }
            if (route.Transforms is { Count: > 0 } && problems.AreNoneAt(path))
                Try($"{path}:Transforms", "cannot be built", () => yarp.GetRequiredService<ITransformBuilder>().Build(route, ClusterOf(route)));
        }

        ClusterConfig? ClusterOf(RouteConfig route) => config.Clusters.FirstOrDefault(c => c.ClusterId.Equals(route.ClusterId, StringComparison.OrdinalIgnoreCase));

        // A regular expression is parsed only when it is first matched.
        static void Use(IParameterPolicy made, string name) =>
            (made as IRouteConstraint)?.Match(null, null, name, new() { [name] = "0" }, RouteDirection.IncomingRequest);

        void Try(string path, string refusal, Action build)
        {
            try
            {
                build();
            }

            // The constructors of constraints and transforms throw exceptions of many types.
            catch (Exception reason)
            {
                problems.Add(path, $"{refusal}: {reason.Message}");
            }
        }
    }
}
