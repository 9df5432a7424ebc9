using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Intake;

/// <summary>Reads a request's idempotency key from the header that its route's policy names.</summary>
public static class KeyReader
{
    public static KeyReading Read(IHeaderDictionary headers, KeyPolicy policy)
    {
        var values = headers[policy.Header];
        if (values.Count == 0)
            return KeyReading.Absent.Instance;
        if (values.Count > 1)
            return new KeyReading.Invalid($"{policy.Header} was sent {values.Count} times; send it once.");
        var text = values[0]!;
        if (!IdempotencyKey.TryParse(text, out var key, out var defect))
            return new KeyReading.Invalid(Explain(policy.Header, defect));
        if (policy.Pattern is { } pattern && !pattern.Fits(key.Value))
            return new KeyReading.Invalid($"{policy.Header} does not match the regular expression that this route requires of keys: {pattern.Text}.");
        return new KeyReading.Present(key, text.Trim(' ', '\t'));
    }

    private static string Explain(string header, KeyDefect defect) => defect switch
    {
        KeyDefect.Empty => $"{header} is empty; send a value that is unique to the operation, such as a UUID.",
        KeyDefect.TooLong => $"{header} is longer than {IdempotencyKey.MaxLength} characters.",
        KeyDefect.ForbiddenCharacter => $"{header} has a character that is not allowed in a key; visible ASCII without spaces, quotes and commas is always allowed, such as a UUID.",
        KeyDefect.NotOneValue => $"{header} holds more than one value; send one, and put it in double quotes if it contains a comma.",
        KeyDefect.BrokenString => $"{header} begins a quoted string that does not end properly; write \"value\", with \\\" and \\\\ for a quote and a backslash.",
        _ => throw new InvalidOperationException($"no explanation for {defect}"),
    };
}
