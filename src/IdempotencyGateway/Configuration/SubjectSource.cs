using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Configuration;

/// <summary>
/// A place that names the subject of an exchange: exactly one of the four cases below. Written <c>header:name</c>, <c>json:/pointer</c>, <c>form:field</c>, <c>path:parameter</c>,
/// <c>claim:name</c>, <c>answer:/pointer</c>.
/// </summary>
public abstract record SubjectSource
{
    private SubjectSource()
    {
    }

    /// <summary>Whether the value is in the request's head.</summary>
    public bool IsInTheHead => this is Path or Claim or Request(ValueSource.Header);

    public static bool TryParse(string text, [MaybeNullWhen(false)] out SubjectSource source)
    {
        source = text.Split(':', 2) switch
        {
            ["path", var name] when HttpToken.IsValid(name) => new Path(name),
            ["claim", { Length: > 0 and <= 64 } name] => new Claim(name),
            ["answer", var path] when JsonPointer.TryParse(path, out var pointer) => new Answer(pointer),
            _ when ValueSource.TryParse(text, out var place) && place is not ValueSource.Caller => new Request(place),
            _ => null,
        };
        return source is not null;
    }

    public sealed record Request(ValueSource Place) : SubjectSource
    {
        public override string ToString() => Place.ToString();
    }

    /// <param name="Parameter">A parameter of the route's path: <c>id</c> in <c>/sessions/{id}</c>.</param>
    public sealed record Path(string Parameter) : SubjectSource
    {
        public override string ToString() => $"path:{Parameter}";
    }

    /// <summary>A claim of the bearer token that identifies the caller (<see cref="CallerScopeKind.Jwt"/>), never of an unverified token.</summary>
    public sealed record Claim(string Name) : SubjectSource
    {
        public override string ToString() => $"claim:{Name}";
    }

    /// <summary>A place in the JSON of the provider's answer, before it is redacted.</summary>
    public sealed record Answer(JsonPointer Place) : SubjectSource
    {
        public override string ToString() => $"answer:{Place}";
    }
}
