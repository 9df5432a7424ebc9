using SimulatedProvider.Checks;
using SimulatedProvider.Ids;
using SimulatedProvider.Sessions;

namespace SimulatedProvider.Exchange;

/// <summary>The provider's routes. A trailing slash is optional.</summary>
internal sealed class OperationTable(SimulatedProviderOptions options)
{
    private const string Root = "/v3/";
    private const string SessionRoot = "session/";

    private readonly SessionBook _sessions = new(options.Seed, options.SessionsKept);
    private readonly RequestIds _requests = new(options.Seed);

    public Operation For(HttpRequest request)
    {
        var path = (request.Path.Value ?? "").AsSpan().TrimEnd('/');
        if (!path.StartsWith(Root, StringComparison.Ordinal))
            return new Refusal(Answers.NotFound);
        var route = path[Root.Length..];
        if (route is "echo" || route.StartsWith("echo/", StringComparison.Ordinal))
            return new Echo();
        if (Match(request.Method, route) is not { } operation)
            return new Refusal(Answers.NotFound);
        if (IsPermitted(request))
            return operation;
        operation.Dispose();
        return new Refusal(Answers.Forbidden);
    }

    private Operation? Match(string method, ReadOnlySpan<char> route)
    {
        if (route.StartsWith(SessionRoot, StringComparison.Ordinal))
            return MatchSession(method, route[SessionRoot.Length..]);
        if (!HttpMethods.IsPost(method))
            return null;
        return route switch
        {
            "session" => new CreateSession(_sessions),
            "id-verification" => new ImageCheck(_requests, "id_verification"),
            "face-match" => new ImageCheck(_requests, "face_match"),
            "aml" => new AmlCheck(_requests),
            _ => null,
        };
    }

    private Operation? MatchSession(string method, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        if (slash < 0 || !Guid.TryParseExact(rest[..slash], "D", out var id))
            return null;
        return rest[(slash + 1)..] switch
        {
            "decision" when HttpMethods.IsGet(method) => new ReadDecision(_sessions, id),
            "update-status" when HttpMethods.IsPatch(method) => new UpdateStatus(_sessions, id),
            "delete" when HttpMethods.IsDelete(method) => new DeleteSession(_sessions, id),
            "ping" when HttpMethods.IsPost(method) => new PingSession(_sessions, id),
            _ => null,
        };
    }

    private static bool IsPermitted(HttpRequest request) =>
        request.Headers["x-api-key"] is [{ Length: > 0 } key] && key != "bad";
}
