using Microsoft.AspNetCore.Routing.Patterns;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>Parses the paths of routes as ASP.NET Core does.</summary>
internal static class RoutePaths
{
    /// <returns>Null for an invalid path, which YARP's own validation reports.</returns>
    public static RoutePattern? Read(string path)
    {
        try
        {
            return RoutePatternFactory.Parse(path);
        }
        catch (RoutePatternException)
        {
            return null;
        }
    }
}
