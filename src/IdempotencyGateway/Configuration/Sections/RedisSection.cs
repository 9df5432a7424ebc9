using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class RedisSection
{
    private const int MaximumEndpoints = 64;

    private static readonly ValueForm<RedisAddress> Sentinel = Address(defaultPort: 26379);
    private static readonly ValueForm<TimeSpan> OperationTimeout = ValueForms.Duration(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));
    private static readonly ValueForm<TimeSpan> DurableTimeout = ValueForms.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
    private static readonly ValueForm<int> Database = ValueForms.Integer(0, 1023);
    private static readonly ValueForm<int> Replicas = ValueForms.Integer(0, 16);
    private static readonly ValueForm<RedisAllowance> Allowance = ValueForms.Choice<RedisAllowance>();

    /// <summary>The address of a server that holds records or, with RedLock, guards them.</summary>
    public static ValueForm<RedisAddress> Server { get; } = Address(defaultPort: 6379);

    /// <summary>A brace would change a Cluster's hash tag. With a colon, one prefix could be the beginning of another prefix's keys.</summary>
    public static ValueForm<string> KeyPrefix { get; } = ValueForms.Text(
        "1 to 64 of the letters a to z and A to Z, digits, -, _ and . (a colon follows by itself)", IsKeyPrefix) with
    {
        Shape = new("string") { Pattern = "^[A-Za-z0-9._-]{1,64}$" },
    };

    public static RedisSnapshot Read(SectionReader section)
    {
        var defaults = new RedisSnapshot();
        var durability = section.Section("Durability");
        var endpoints = section.List("Endpoints", Server, min: 1, MaximumEndpoints);
        var sentinel = ReadSentinel(section.Section("Sentinel"));
        if (sentinel is not null && endpoints is not null)
            section.Reject("Endpoints", "and Sentinel are both set: keep one of them. With Sentinel, the Sentinels tell where the master is.");
        return Check(section, new()
        {
            Endpoints = endpoints ?? defaults.Endpoints,
            Sentinel = sentinel,
            User = section.Text("User", ValueForms.Word),
            Password = section.Text("Password", ValueForms.Word) is { } password ? new(password) : null,
            PasswordFile = section.File("PasswordFile"),
            Tls = ReadTls(section),
            Database = section.Value("Database", defaults.Database, Database),
            KeyPrefix = section.Value("KeyPrefix", defaults.KeyPrefix, KeyPrefix),
            OperationTimeout = section.Value("OperationTimeout", defaults.OperationTimeout, OperationTimeout),
            DurableReplicas = durability.Value("Replicas", defaults.DurableReplicas, Replicas),
            DurableTimeout = durability.Value("Timeout", defaults.DurableTimeout, DurableTimeout),
            Allow = (section.List("Allow", Allowance, min: 0, Enum.GetValues<RedisAllowance>().Length) ?? []).ToHashSet(),
        });
    }

    private static RedisSnapshot Check(SectionReader section, RedisSnapshot redis)
    {
        var hasPassword = redis.Password is not null || redis.PasswordFile is not null;
        if (redis.Password is not null && redis.PasswordFile is not null)
            section.Reject("PasswordFile", "and Password are both set: keep one of them.");
        if (redis.User is not null && !hasPassword)
            section.Reject("User", "has no password: set PasswordFile, or Password in the environment.");
        return redis;
    }

    private static RedisTlsSnapshot? ReadTls(SectionReader section)
    {
        var isOn = section.Value("Tls", false, ValueForms.Boolean);
        var tls = new RedisTlsSnapshot(
            section.File("CaFile"), section.File("CertificateFile"), section.File("KeyFile"));
        if (!isOn && tls is not { CaFile: null, CertificateFile: null, KeyFile: null })
            section.Reject("Tls", "is off, but certificate files are named: set it to true, or remove them.");
        if (tls.CertificateFile is null != tls.KeyFile is null)
            section.Reject("KeyFile", "and CertificateFile belong together: name both, or neither.");
        return isOn ? tls : null;
    }

    private static RedisSentinelSnapshot? ReadSentinel(SectionReader section)
    {
        var endpoints = section.List("Endpoints", Sentinel, min: 1, MaximumEndpoints);
        var service = section.Value("Service", "", ValueForms.Word);
        if (endpoints is null && service.Length == 0)
            return null;
        if (endpoints is null)
            section.Reject("Endpoints", "is missing: write the addresses of the Sentinels.");
        if (service.Length == 0)
            section.Reject("Service", "is missing: write the master's name in Sentinel's configuration.");
        return new(endpoints ?? [], service);
    }

    private static ValueForm<RedisAddress> Address(int defaultPort) => new(
        string.Create(CultureInfo.InvariantCulture, $"a host and a port, such as redis-1:{defaultPort}"),
        (string text, [MaybeNullWhen(false)] out RedisAddress address) => TryReadAddress(text, defaultPort, out address),
        address => address.ToString());

    private static bool IsKeyPrefix(string text) =>
        text.Length is > 0 and <= 64 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static bool TryReadAddress(string text, int defaultPort, [MaybeNullWhen(false)] out RedisAddress address)
    {
        address = null;
        if (text.Contains('/', StringComparison.Ordinal) || text.EndsWith(':') || !Uri.TryCreate($"redis://{text}", UriKind.Absolute, out var url)
            || url is not { PathAndQuery: "" or "/", Fragment: "", UserInfo: "", IdnHost.Length: > 0 } || url.Port == 0)
        {
            return false;
        }
        address = new(url.IdnHost.Trim('[', ']'), url.IsDefaultPort || url.Port < 0 ? defaultPort : url.Port);
        return true;
    }
}
