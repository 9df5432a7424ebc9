using System.Security.Cryptography;
using System.Text;
using IdempotencyGateway.Configuration;

namespace IdempotencyGateway.Admin.Access;

/// <summary>
/// The bearer tokens (RFC 6750) of the admin listener, each with a name for the audit log. They come from a file (one on each line, optionally after a
/// name) and from the environment, and are kept as hashes only.
/// </summary>
public sealed class AdminTokens
{
    /// <summary>The environment variable that may hold one token.</summary>
    public const string Variable = "IDEMPOTENCY_GATEWAY_ADMIN_TOKEN";

    private const int ShortestToken = 16;
    private const int MostTokens = 16;
    private readonly IReadOnlyList<Token> _tokens;

    private AdminTokens(IReadOnlyList<Token> tokens) => _tokens = tokens;

    public static AdminTokens None { get; } = new([]);

    public bool IsEmpty => _tokens.Count == 0;

    /// <summary>The message for an admin address that needs a token and has none.</summary>
    public static string Missing(Uri admin) =>
        $"{admin.GetLeftPart(UriPartial.Authority)} can be reached from other machines, and there is no token: name a file that holds one in Admin:TokenFile, "
        + $"set {Variable}, or listen on 127.0.0.1. Make one with: openssl rand -hex 32.";

    /// <param name="fromEnvironment">The value of <see cref="Variable"/>.</param>
    /// <exception cref="AdminTokenException">There is none where one is needed, or one cannot be used. The message says what to change.</exception>
    public static AdminTokens Open(GatewaySnapshot snapshot, string? fromEnvironment)
    {
        if (snapshot.Listen.Admin is not { } admin)
            return None;
        var tokens = new List<Token>();
        if (snapshot.Admin.TokenFile is { } file)
            tokens.AddRange(ReadFile(file));
        if (!string.IsNullOrEmpty(fromEnvironment))
            tokens.Add(Read("environment", fromEnvironment.Trim(), Variable));
        return tokens.Count == 0 && snapshot.Listen.AdminIsExposed
            ? throw new AdminTokenException($"Listen:Admin: {Missing(admin)}")
            : new(tokens);
    }

    /// <summary>Finds a token in constant time.</summary>
    /// <returns>The token's name, or null when it is not valid.</returns>
    public string? NameOf(string presented)
    {
        var hash = HashOf(presented);
        string? name = null;
        foreach (var token in _tokens)
        {
            if (CryptographicOperations.FixedTimeEquals(token.Hash, hash))
                name = token.Name;
        }
        return name;
    }

    private static List<Token> ReadFile(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AdminTokenException($"Admin:TokenFile: {file} cannot be read ({e.Message}). Put a token there, and let the gateway's user read it.", e);
        }
        var tokens = lines
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is not ([['#', ..], ..] or []))
            .Select(words => words switch
            {
                [var token] => Read("token file", token, file),
                [var name, var token] => Read(name, token, file),
                _ => throw new AdminTokenException($"Admin:TokenFile: {file} has a line of {words.Length} words. Write one token a line, or a name and a token."),
            })
            .ToList();
        return tokens.Count is > 0 and <= MostTokens
            ? tokens
            : throw new AdminTokenException($"Admin:TokenFile: {file} holds {tokens.Count} tokens. Write 1 to {MostTokens}, one a line.");
    }

    private static Token Read(string name, string token, string origin)
    {
        if (token.Length < ShortestToken || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new AdminTokenException($"{origin}: a token is {ShortestToken} or more visible ASCII characters without spaces. "
                + "Make one with: openssl rand -hex 32.");
        }
        return new(name, HashOf(token));
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record Token(string Name, byte[] Hash);
}

/// <summary>The gateway must not start, because it has no admin token where it needs one, or one that cannot be used.</summary>
public sealed class AdminTokenException(string message, Exception? inner = null) : Exception(message, inner);
