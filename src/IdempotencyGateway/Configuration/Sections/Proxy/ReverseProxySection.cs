using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Fraud;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections.Proxy;

/// <summary>
/// Reads YARP's own section. YARP itself reads it, so that YARP's documentation applies. But YARP ignores unknown names and stops at the first
/// value that it cannot read, so names and values are checked before it (<see cref="ProxyShape"/>). After it, mistakes are found that YARP would
/// notice only when requests arrive (<see cref="ProxyRules"/>) or when routes are built (<see cref="ProxyTrial"/>).
/// </summary>
internal sealed record ReverseProxySection(IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)
{
    private static readonly ReverseProxySection Nothing = new([], []);

    public static ReverseProxySection Read(IConfigurationSection? section, ProblemList problems)
    {
        if (section is null || !section.GetSection("Routes").GetChildren().Any())
            problems.Add("ReverseProxy:Routes", "has no routes: write at least one route and its cluster, as YARP's documentation shows.");
        if (section is null)
            return Nothing;
        var shape = new ProxyShape(problems);
        shape.Check(section);
        foreach (var route in section.GetSection("Routes").GetChildren())
            ProxyTransforms.Check(route.GetSection("Transforms"), problems);

        using var yarp = BuildYarp(WithoutWrongValues(section, problems, shape.NotGiven));
        var config = yarp.GetRequiredService<IProxyConfigProvider>().GetConfig();
        Validate(config, yarp.GetRequiredService<IConfigValidator>(), problems);
        ProxyRules.Check(config, problems);
        ProxyTrial.Check(config, yarp, problems);
        return new(config.Routes, config.Clusters);
    }

    /// <summary>Removes the values that were reported already, at which YARP would stop, so that it finds the mistakes after them.</summary>
    /// <param name="notGiven">Paths of empty values, which mean the same as leaving them out.</param>
    private static IConfigurationSection WithoutWrongValues(IConfigurationSection section, ProblemList problems, HashSet<string> notGiven)
    {
        var right = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, value) in section.AsEnumerable())
        {
            if (!problems.Cover(path) && !notGiven.Contains(path))
                right.Add(path, value);
        }
        return new ConfigurationBuilder().AddInMemoryCollection(right).Build().GetSection(section.Path);
    }

    /// <summary>Also registers the gateway's own transforms, whose names YARP would not know otherwise.</summary>
    private static ServiceProvider BuildYarp(IConfigurationSection section)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddRouting();
        services.AddReverseProxy().LoadFromConfig(section).AddTransformFactory<FraudSignalsTransform>();
        return services.BuildServiceProvider();
    }

    private static void Validate(IProxyConfig config, IConfigValidator validator, ProblemList problems)
    {
        foreach (var route in config.Routes)
            Add($"ReverseProxy:Routes:{route.RouteId}", route, validator.ValidateRouteAsync, ProxyPlaces.Of);
        foreach (var cluster in config.Clusters)
            Add($"ReverseProxy:Clusters:{cluster.ClusterId}", cluster, validator.ValidateClusterAsync, ProxyPlaces.Of);

        void Add<T>(string path, T whole, Func<T, ValueTask<IList<Exception>>> validate, Func<T, IEnumerable<(string Path, T Alone)>> placesOf)
        {
            foreach (var message in Errors(whole))
            {
                var place = placesOf(whole).FirstOrDefault(place => Errors(place.Alone).Contains(message, StringComparer.Ordinal)).Path;
                problems.Add(place is null ? path : $"{path}:{place}", message);
            }

            // YARP's checks wait only for policies that an application looks up elsewhere. There are none here, so the task is complete when it is returned.
            IEnumerable<string> Errors(T part) => validate(part).AsTask().GetAwaiter().GetResult().Select(error => error.Message);
        }
    }
}
