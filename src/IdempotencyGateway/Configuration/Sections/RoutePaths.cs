using Microsoft.AspNetCore.Routing.Patterns;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>Paths of routes, read as ASP.NET Core reads them.</summary>
internal static class RoutePaths
{
    /// <returns>Null for what is not a path; YARP's own list of errors has it.</returns>
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
