using System.Collections.Frozen;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Configuration.Reload;
using IdempotencyGateway.Configuration.Sections;
using IdempotencyGateway.Configuration.Sections.Proxy;
using IdempotencyGateway.Intake;
using IdempotencyGateway.Tls;

namespace IdempotencyGateway.Configuration;

/// <summary>Loads the configuration from a file, the environment and the command line. The result is one validated snapshot, or the list of all problems.</summary>
public static class SnapshotLoader
{
    /// <param name="path">The file; relative paths in it start at its folder.</param>
    /// <param name="environment">The process's environment; variables that begin with <c>IDEMPOTENCY_GATEWAY__</c> override the file.</param>
    /// <param name="args">Settings from the command line, <c>--Store:Sqlite:Path=x</c>; they override both.</param>
    /// <param name="clock">For the validity of certificates; by default the machine's clock.</param>
    public static SnapshotResult Load(
        string path, IReadOnlyDictionary<string, string?> environment, IReadOnlyList<string> args, TimeProvider? clock = null)
    {
        var file = Path.GetFullPath(path);
        var problems = new ProblemList();
        if (ConfigurationLayers.TryStack(file, environment, args, problems, out var files) is not { } layers)
            return new SnapshotResult.Invalid(file, problems.ByPath) { Files = files };

        var root = new SectionReader(layers.Configuration, problems, Path.GetDirectoryName(file)!);
        var snapshot = Read(root, problems) with
        {
            Revision = layers.Revision,
            StartupSections = StartupSections.DigestsOf(layers.Configuration),
        };
        AdminSection.CheckExposure(snapshot, environment, problems);
        foreach (var (secret, instead) in layers.SecretsInFiles)
            problems.Add(secret, $"is a secret in a configuration file: put it into a file of its own and name that in {instead}, or set it in the environment.");
        root.ReportUnknownNames();
        files = [.. files, .. snapshot.Issuers.Values.Select(issuer => issuer.KeysFile).OfType<ConfigurationFile>(), .. snapshot.Fraud.KeyFiles];
        if (snapshot.Listen.Tls is { } tls && problems.AreNoneAt("Listen:Tls"))
            files = [.. files, .. CheckTlsFiles(tls, clock ?? TimeProvider.System, problems)];
        files = [.. files, .. ProviderFiles.Check(snapshot.Providers, problems)];
        return problems.IsEmpty
            ? new SnapshotResult.Valid(snapshot) { Files = files }
            : new SnapshotResult.Invalid(file, [.. problems.ByPath.Select(p => p with { Origin = p.Origin ?? layers.OriginOf(p.Path) })]) { Files = files };
    }

    /// <returns>The files, which are watched like those of the configuration.</returns>
    private static IReadOnlyList<ConfigurationFile> CheckTlsFiles(ListenTlsSnapshot tls, TimeProvider clock, ProblemList problems)
    {
        var read = TlsFiles.Read(tls, clock.GetUtcNow());
        if (read is TlsFilesResult.Broken(var found))
        {
            foreach (var problem in found)
                problems.Add(problem.Path, problem.Message);
        }
        return read.Files;
    }

    internal static GatewaySnapshot Read(SectionReader root, ProblemList problems)
    {
        root.Ignore("$schema");
        root.Ignore("Include");
        // YARP's section takes as long to read as all others together and does not depend on them, so it is read in parallel.
        var yarpsProblems = new ProblemList();
        var yarps = root.Foreign("ReverseProxy");
        var readingYarps = Task.Run(() => ReverseProxySection.Read(yarps, yarpsProblems));

        var listen = ListenSection.Read(root.Section("Listen"));
        var store = StoreSection.Read(root.Section("Store"));
        var limits = LimitsSection.Read(root.Section("Limits"));
        var idempotency = IdempotencySection.Read(root.Section("Idempotency"), limits, listen);
        var fraud = FraudSection.Read(root.Section("Fraud"), idempotency.Issuers);
        var admin = AdminSection.Read(root.Section("Admin"), store);
        var logging = LoggingSection.Read(root.Section("Logging"));

        var proxy = readingYarps.GetAwaiter().GetResult();
        problems.Add(yarpsProblems);
        var backends = BackendsSection.Read(root.Section("Backends"), proxy.Clusters);
        var named = RouteGuards.Read(proxy.Routes, idempotency.Policies, backends, problems);
        PathSubjects.Check(proxy.Routes, named, problems);
        return new()
        {
            Listen = listen,
            Store = store,
            Admin = admin,
            Limits = limits,
            Cache = CacheSection.Read(root.Section("Cache")),
            Problems = ProblemsSection.Read(root.Section("Problems")),
            Shutdown = ShutdownSection.Read(root.Section("Shutdown")),
            Logging = logging,
            TrustedPeers = idempotency.TrustedPeers,
            Issuers = idempotency.Issuers,
            Policies = idempotency.Policies,
            Backends = backends,
            Providers = ProvidersSection.Read(root.Section("Providers"), proxy.Clusters),
            Fraud = fraud with { Routes = FraudRoutes.Read(proxy, fraud, named, problems) },
            GuardedRoutes = Only(named, isDryRun: false),
            DryRuns = Only(named, isDryRun: true),
            Routes = proxy.Routes,
            Clusters = proxy.Clusters,
        };
    }

    private static FrozenDictionary<string, GuardedRoute> Only(FrozenDictionary<string, GuardedRoute> routes, bool isDryRun) =>
        routes.Where(route => route.Value.Policy.DryRun == isDryRun).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
