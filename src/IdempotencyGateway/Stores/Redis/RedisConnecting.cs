using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Stores;
using StackExchange.Redis;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>Makes connections as the configuration says, for the client library and for <see cref="RedisHandshake"/>.</summary>
internal sealed class RedisConnecting : IDisposable
{
    private readonly RedisSnapshot _options;
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _certificate;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<EndPoint, UserRelay> _relays = new();

    /// <exception cref="StoreUnavailableException">A file cannot be read.</exception>
    public RedisConnecting(RedisSnapshot options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _authorities = CertificateFiles.ReadAuthorities(options.Tls);
        _certificate = CertificateFiles.ReadOwn(options.Tls);
        Password = options.PasswordFile is { } file ? ReadPassword(file) : options.Password?.Value;
    }

    public RedisSnapshot Options => _options;

    public string? Password { get; }

    /// <summary>The password with which the library authenticates to a relay.</summary>
    public string RelayToken { get; } = UserRelay.NewToken();

    /// <summary>Connects to servers that hold records.</summary>
    /// <param name="endpoints">From <see cref="ViaRelay"/>.</param>
    /// <param name="alone">Connects to a Cluster's node without discovering the others. The library does that only in its mode for Twemproxy.</param>
    public Task<ConnectionMultiplexer> ConnectAsync(IEnumerable<EndPoint> endpoints, bool alone = false)
    {
        var described = Describe(endpoints, CommandMap.Default);
        described.Proxy = alone ? Proxy.Twemproxy : Proxy.None;
        described.DefaultDatabase = _options.Database;
        described.Password = _options.User is null ? Password : RelayToken;
        return ConnectAsync(described, _options.User is null);
    }

    /// <summary>Connects to Sentinels, without user, password and database.</summary>
    public Task<ConnectionMultiplexer> ConnectToSentinelsAsync(IEnumerable<EndPoint> endpoints) =>
        ConnectAsync(Describe(endpoints, CommandMap.Sentinel), mayUseTls: true);

    /// <summary>The endpoint to which the library has to connect: the server itself, or with a named user the relay to it. A relay's endpoint is returned as it is.</summary>
    public EndPoint ViaRelay(EndPoint server) => _options.User is null || RelayAt(server) is not null
        ? server
        : _relays.GetOrAdd(server, target => new UserRelay(target, this, _clock)).EndPoint;

    /// <summary>The server's own address: the relay's target when the endpoint is a relay.</summary>
    public RedisAddress AddressBehind(EndPoint endpoint) => RelayAt(endpoint)?.Target ?? ToAddress(endpoint);

    private UserRelay? RelayAt(EndPoint endpoint) => _options.User is null ? null : _relays.Values.FirstOrDefault(relay => relay.EndPoint.Equals(endpoint));

    private async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions described, bool mayUseTls)
    {
        if (_options.Tls is not null && mayUseTls)
            AddTls(described);
        var connection = await ConnectionMultiplexer.ConnectAsync(described);
        // If the order were preserved, a continuation that goes on to forward the request would block every reply behind it.
        connection.PreserveAsyncOrder = false;
        // On a busy machine the library's first attempt may fail, and its own retry would come a second later.
        if (!connection.IsConnected)
            await connection.ConfigureAsync();
        connection.IncludeDetailInExceptions = false;
        return connection;
    }

    public SslClientAuthenticationOptions DescribeTls(string host) => new()
    {
        TargetHost = host,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors),
        ClientCertificates = _certificate is null ? null : [_certificate],
    };

    public void Dispose()
    {
        foreach (var relay in _relays.Values)
            relay.Dispose();
        _certificate?.Dispose();
        foreach (var authority in _authorities ?? [])
            authority.Dispose();
    }

    public static EndPoint ToEndPoint(RedisAddress address) => IPAddress.TryParse(address.Host, out var ip)
        ? new IPEndPoint(ip, address.Port)
        : new DnsEndPoint(address.Host, address.Port);

    public static RedisAddress ToAddress(EndPoint endpoint) => endpoint switch
    {
        IPEndPoint ip => new(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => new(dns.Host, dns.Port),
        _ => throw new InvalidOperationException($"no address in {endpoint}"),
    };

    private static string ReadPassword(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(StoreFailure.Refused, $"Store:Redis:PasswordFile: {file} cannot be read ({e.Message})", e);
        }
    }

    private ConfigurationOptions Describe(IEnumerable<EndPoint> endpoints, CommandMap commands)
    {
        var described = new ConfigurationOptions
        {
            // An outage ends by itself, also one at the start, so the library never gives up on a connection.
            AbortOnConnectFail = false,
            // The library counts INFO and CONFIG GET as admin commands. Nothing here changes a server's configuration.
            AllowAdmin = true,
            ConnectTimeout = 2_000,
            SyncTimeout = (int)_options.OperationTimeout.TotalMilliseconds,
            ReconnectRetryPolicy = new ExponentialRetry(deltaBackOffMilliseconds: 250, maxDeltaBackOffMilliseconds: 5_000),
            KeepAlive = 10,
            ConfigCheckSeconds = 10,
            ClientName = "idempotency-gateway",
            CommandMap = commands,
            // Disables the keys and channels by which the library itself would manage failovers.
            TieBreaker = "",
            ConfigurationChannel = "",
        };
        foreach (var endpoint in endpoints)
            described.EndPoints.Add(endpoint);
        return described;
    }

    private void AddTls(ConfigurationOptions described)
    {
        described.Ssl = true;
        described.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        described.CertificateValidation += (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors);
        if (_certificate is not null)
            described.CertificateSelection += (_, _, _, _, _) => _certificate;
    }

    /// <summary>With a CA file, only that authority is trusted, not the machine's. The host name must match in any case.</summary>
    private bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (_authorities is null || certificate is null || presented is null)
            return errors == SslPolicyErrors.None;
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in presented.ChainElements)
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build((X509Certificate2)certificate);
    }
}
