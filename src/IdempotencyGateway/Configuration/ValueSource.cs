using System.Diagnostics.CodeAnalysis;
using IdempotencyGateway.Configuration.Reading;
using IdempotencyGateway.Core.Bodies;

namespace IdempotencyGateway.Configuration;

/// <summary>A place in a request that holds a value: exactly one of the four cases below. Written <c>header:name</c>, <c>json:/pointer</c>, <c>form:field</c>, <c>caller</c>.</summary>
public abstract record ValueSource
{
    private ValueSource()
    {
    }

    /// <summary>Whether the value is in the body.</summary>
    public bool NeedsBody => this is Json or Form;

    public static bool TryParse(string text, [MaybeNullWhen(false)] out ValueSource source)
    {
        source = text.Split(':', 2) switch
        {
            ["header", var name] when HttpToken.IsValid(name) => new Header(name.ToLowerInvariant()),
            ["json", var path] when JsonPointer.TryParse(path, out var pointer) => new Json(pointer),
            ["form", { Length: > 0 and <= 256 } field] => new Form(field),
            ["caller"] => Caller.Instance,
            _ => null,
        };
        return source is not null;
    }

    /// <param name="Name">In lower case.</param>
    public sealed record Header(string Name) : ValueSource
    {
        public override string ToString() => $"header:{Name}";
    }

    public sealed record Json(JsonPointer Path) : ValueSource
    {
        public override string ToString() => $"json:{Path}";
    }

    public sealed record Form(string Field) : ValueSource
    {
        public override string ToString() => $"form:{Field}";
    }

    /// <summary>The caller's name, as a trusted peer sent it (<see cref="CallerScopeKind.Header"/>).</summary>
    public sealed record Caller : ValueSource
    {
        public static readonly Caller Instance = new();

        public override string ToString() => "caller";
    }
}
