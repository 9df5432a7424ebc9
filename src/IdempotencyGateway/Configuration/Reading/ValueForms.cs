using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using IdempotencyGateway.Core.Settlement;

namespace IdempotencyGateway.Configuration.Reading;

/// <summary>The kinds of value in the gateway's own sections.</summary>
internal static class ValueForms
{
    public static ValueForm<bool> Boolean { get; } = new("true or false", bool.TryParse, value => value ? "true" : "false")
    {
        Shape = new("boolean"),
    };

    /// <summary>A header name; its letter case is kept.</summary>
    public static ValueForm<string> HeaderName { get; } = Text("a header name, such as X-Request-Id", HttpToken.IsValid);

    /// <summary>Shown in upper case; compared without case.</summary>
    public static ValueForm<string> Method { get; } = new(
        "an HTTP method that can be guarded, such as POST (CONNECT cannot)", TryReadMethod, method => method);

    public static ValueForm<ValueSource> Source { get; } = new(
        "a place in the request: header:<name>, json:/<pointer> or form:<field>",
        (text, [MaybeNullWhen(false)] out value) => ValueSource.TryParse(text, out value) && value is not ValueSource.Caller,
        source => source.ToString())
    {
        Shape = new("string") { Pattern = "^(header|json|form):.+$" },
    };

    public static ValueForm<KeySource> KeySource { get; } = new(
        "a place in the request, or several that make the key together, joined by +: header:<name>, json:/<pointer> or form:<field>",
        Configuration.KeySource.TryParse,
        source => source.ToString())
    {
        Shape = Source.Shape,
    };

    public static ValueForm<string> Word { get; } = Text("one or more characters", text => text.Trim().Length > 0);

    public static ValueForm<string> Status { get; } = Text(
        "a class of statuses from 2xx to 5xx or one status from 200 to 599", text => StatusSet.TryParse([text], out _) is not null);

    public static ValueForm<string> FilePath { get; } = Text("a file path", text => text.Trim().Length > 0 && !text.Contains('\0'));

    /// <summary>The scheme, host and port of an address to listen on.</summary>
    public static ValueForm<Uri> ListenUrl { get; } = new(
        "an address to listen at, such as http://0.0.0.0:8080: http, an IP address or localhost, a port (0 picks a free one), no path",
        (text, [MaybeNullWhen(false)] out url) => TryReadListenUrl(text, out url) && url.Scheme == Uri.UriSchemeHttp,
        url => url.GetLeftPart(UriPartial.Authority));

    /// <summary>As <see cref="ListenUrl"/>, with or without TLS.</summary>
    public static ValueForm<Uri> ListenUrlOrTls { get; } = ListenUrl with
    {
        Description = "an address to listen at, such as http://0.0.0.0:8080 or https://0.0.0.0:8443: http or https, an IP address or localhost, a port (0 picks a free one), no path",
        TryRead = TryReadListenUrl,
    };

    /// <summary>A single address is read as the network that contains only it.</summary>
    public static ValueForm<IPNetwork> Network { get; } = new(
        "an address or a network, such as 10.0.0.0/8 or fd00::/8", TryReadNetwork, network => network.ToString());

    public static ValueForm<TimeSpan> Duration(TimeSpan min, TimeSpan max) => new(
        $"a duration from {DurationText.Format(min)} to {DurationText.Format(max)} (written 200ms, 30s, 15m, 24h, 7d or hh:mm:ss)",
        (text, out value) => DurationText.TryParse(text, out value) && value >= min && value <= max,
        DurationText.Format)
    {
        Shape = new("string") { Pattern = DurationText.Pattern },
    };

    public static ValueForm<long> Size(long min, long max) => new(
        $"a size from {SizeText.Format(min)} to {SizeText.Format(max)} (written in bytes, or as 64KB, 1MB, 1GB)",
        (text, out value) => SizeText.TryParse(text, out value) && value >= min && value <= max,
        SizeText.Format)
    {
        Shape = new("string", "integer") { Pattern = SizeText.Pattern, Limits = (min, max) },
    };

    public static ValueForm<int> Integer(int min, int max) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"),
        (text, out value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max,
        value => value.ToString(CultureInfo.InvariantCulture))
    {
        Shape = new("integer") { Limits = (min, max) },
    };

    /// <summary>An enum's name. Its number is refused, because it would mean nothing to readers of the file.</summary>
    public static ValueForm<T> Choice<T>()
        where T : struct, Enum
    {
        var choice = new Choices(typeof(T));
        return new(
            $"one of: {string.Join(", ", choice.Names)}",
            (text, out value) =>
            {
                var found = choice.Find(text);
                value = found is null ? default : (T)found;
                return found is not null;
            },
            value => value.ToString())
        {
            Shape = new("string") { Choices = choice.Names },
        };
    }

    public static ValueForm<string> Text(string description, Predicate<string> isValid) =>
        new(description, (text, [MaybeNullWhen(false)] out value) => (value = text) is not null && isValid(text), text => text);

    private static bool TryReadMethod(string text, out string method)
    {
        method = text.ToUpperInvariant();
        return HttpToken.IsValid(method) && method != "CONNECT";
    }

    private static bool TryReadListenUrl(string text, [MaybeNullWhen(false)] out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url)
        && url is { Scheme: "http" or "https", PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && (url.IdnHost == "localhost" || url.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6);

    private static bool TryReadNetwork(string text, out IPNetwork network)
    {
        if (IPNetwork.TryParse(text, out network))
            return true;
        if (!IPAddress.TryParse(text, out var address))
            return false;
        network = new(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    /// <summary>Not generic, to keep the start fast: the runtime compiles generic code separately for each enum type, and there are many here.</summary>
    private sealed class Choices(Type type)
    {
        public string[] Names { get; } = Enum.GetNames(type);

        public object? Find(string text) =>
            Array.Find(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
    }
}
