using IdempotencyGateway.Configuration.Reading;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>
/// What YARP and ASP.NET Core would build from the routes, built for trial: transforms that are refused then would end the process at its start, and a path's constraint
/// would be looked up with the first request only, and fail the requests of all routes.
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
                    Try($"{path}:Match:Path", $"says of {{{parameter.Name}}} what cannot be held against a path", () => Use(yarp.GetRequiredService<ParameterPolicyFactory>().Create(parameter, constraint), parameter.Name));
            }
            if (route.Transforms is { Count: > 0 } && problems.AreNoneAt(path))
                Try($"{path}:Transforms", "cannot be built", () => yarp.GetRequiredService<ITransformBuilder>().Build(route, ClusterOf(route)));
        }

        ClusterConfig? ClusterOf(RouteConfig route) => config.Clusters.FirstOrDefault(c => c.ClusterId.Equals(route.ClusterId, StringComparison.OrdinalIgnoreCase));

        // A regular expression is read when it is first held against something.
        static void Use(IParameterPolicy made, string name) =>
            (made as IRouteConstraint)?.Match(null, null, name, new() { [name] = "0" }, RouteDirection.IncomingRequest);

        void Try(string path, string refusal, Action build)
        {
            try
            {
                build();
            }

            // They throw whatever their own constructors do: of parsing, of arguments, of regular expressions.
            catch (Exception reason)
            {
                problems.Add(path, $"{refusal}: {reason.Message}");
            }
        }
    }
}
