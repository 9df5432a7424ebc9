using System.Text;

namespace SimulatedProvider.Executions;

/// <summary>
/// The name under which a request is counted: its <c>X-Operation</c> header, else its <c>Idempotency-Key</c> without quotes,
/// else method and path.
/// </summary>
internal static class OperationLabel
{
    public const string Header = "X-Operation";

    public static string Of(HttpRequest request)
    {
        var operation = request.Headers[Header];
        if (operation.Count > 0)
            return operation.ToString();
        var key = request.Headers["Idempotency-Key"];
        return key.Count > 0 ? Unquote(key.ToString()) : $"{request.Method} {request.Path.Value}";
    }

    private static string Unquote(string key)
    {
        if (key is not ['"', .. var inner, '"'])
            return key;
        if (!inner.Contains('\\'))
            return inner;
        var plain = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
            plain.Append(inner[i] == '\\' && i + 1 < inner.Length ? inner[++i] : inner[i]);
        return plain.ToString();
    }
}
