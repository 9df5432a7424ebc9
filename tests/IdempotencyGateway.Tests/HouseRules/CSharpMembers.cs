using System.Text.RegularExpressions;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>A method, property or constructor, with the line of its body and the body's number of lines.</summary>
internal readonly record struct CSharpMember(string Header, int Line, int BodyLines);

/// <summary>Finds members by their braces, in C# whose comments and literals are blanked (<see cref="CSharpText.Blank"/>).</summary>
internal static partial class CSharpMembers
{
    /// <summary>Returns all members except fields, because a field may hold a long table.</summary>
    public static IReadOnlyList<CSharpMember> In(string code)
    {
        var members = new List<CSharpMember>();
        ReadTypeBody(code, 0, members);
        return members;
    }

    /// <summary>Reads members up to the brace that closes the type (or to the end of the file).</summary>
    private static int ReadTypeBody(string code, int at, List<CSharpMember> members)
    {
        var (start, body, nesting) = (at, -1, 0);
        for (; at < code.Length; at++)
        {
            switch (code[at])
            {
                case '(' or '[':
                    nesting++;
                    break;
                case ')' or ']':
                    nesting--;
                    break;
                case '}' when nesting == 0:
                    return at;
                case '=' when nesting == 0 && body < 0 && code.AsSpan(at).StartsWith("=>"):
                    body = at;
                    break;
                case ';' when nesting == 0:
                    Add(code, start, body, at, members);
                    (start, body) = (at + 1, -1);
                    break;
                case '{' when nesting == 0 && TypeHeader().IsMatch(Header(code, start, at)):
                    at = ReadTypeBody(code, at + 1, members);
                    (start, body) = (at + 1, -1);
                    break;
                case '{' when nesting == 0:
                    var open = at;
                    at = ClosingBrace(code, open);
                    if (body < 0)
                    {
                        Add(code, start, open, at, members);
                        (start, body) = (at + 1, -1);
                    }

                    break;
            }
        }

        return at;
    }

    private static void Add(string code, int start, int body, int end, List<CSharpMember> members)
    {
        if (body < 0 || Initializer().IsMatch(Header(code, start, body)))
        {
            return;
        }

        var lines = code.AsSpan(body, Math.Min(end + 1, code.Length) - body).Count('\n') + 1;
        members.Add(new(Header(code, start, body), code.AsSpan(0, body).Count('\n') + 1, lines));
    }

    private static string Header(string code, int start, int end) =>
        Whitespace().Replace(Attributes().Replace(code[start..end], " "), " ").Trim();

    private static int ClosingBrace(string code, int open)
    {
        var depth = 0;
        for (var at = open; at < code.Length; at++)
        {
            depth += code[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        return code.Length;
    }

    [GeneratedRegex(@"^(\w+\s+)*?(class|struct|interface|enum|record|namespace|extension)\b(?!\s*[=;])", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"^[^(]*[^=!<>]=[^=>]")]
    private static partial Regex Initializer();

    [GeneratedRegex(@"^\s*(\[[^\]]*\]\s*)+", RegexOptions.ExplicitCapture)]
    private static partial Regex Attributes();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
