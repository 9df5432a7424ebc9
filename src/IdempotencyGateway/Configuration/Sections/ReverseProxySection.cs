using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Fraud;
using Yarp.ReverseProxy.Configuration;

namespace IdempotencyGateway.Configuration.Sections;

/// <summary>
/// YARP's own section, read by YARP itself so that its documentation applies to the letter. YARP ignores what it does not know and stops
/// at the first value that it cannot read; so the shape is checked before (<see cref="ProxyShape"/>), and after it what YARP leaves open
/// (<see cref="ProxyRules"/>) or finds wrong only when it is built (<see cref="ProxyTrial"/>).
/// </summary>
internal sealed record ReverseProxySection(IReadOnlyList<RouteConfig> Routes, IReadOnlyList<ClusterConfig> Clusters)
{
    private static readonly ReverseProxySection Nothing = new([], []);

    public static ReverseProxySection Read(IConfigurationSection? section, ProblemList problems)
    {
        if (section is null || !section.GetSection("Routes").GetChildren().Any())
            problems.Add("ReverseProxy:Routes", "holds no routes: describe at least one route and its cluster, as YARP's documentation shows.");
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

    /// <summary>What YARP could not read is reported already; without it YARP goes on to the mistakes behind it.</summary>
    /// <param name="notGiven">Paths of what is there and means that it is not.</param>
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

    /// <summary>The gateway's own transforms are registered here too, or their names would be unknown.</summary>
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

            // YARP's checks are asynchronous only for policies that an application looks up elsewhere; here they have completed when they return.
            IEnumerable<string> Errors(T part) => validate(part).AsTask().GetAwaiter().GetResult().Select(error => error.Message);
        }
    }
}
