using System.Text.Json;
using SimulatedProvider.Faults;

namespace SimulatedProvider.Control;

/// <summary>
/// Parses the body of <c>PUT /_simulator/faults</c>: one rule, or an array of them. A rule is
/// <c>{"simulate":"status=503","times":2,"method":"POST","path":"/v3/session/","operation":"o-1"}</c>; only <c>simulate</c> is required.
/// </summary>
internal static class FaultRulesJson
{
    private const string Known = "simulate, times, method, path, operation";

    /// <param name="errors">All errors, each with its place; empty when the rules are valid.</param>
    public static IReadOnlyList<RequestedRule> Parse(ReadOnlyMemory<byte> body, out IReadOnlyList<string> errors)
    {
        var rules = new List<RequestedRule>();
        var found = new List<string>();
        errors = found;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                rules.Add(ParseRule(document.RootElement, "rule", found));
            else
                rules.AddRange(document.RootElement.EnumerateArray().Select((rule, i) => ParseRule(rule, $"rules[{i}]", found)));
        }
        catch (JsonException broken)
        {
            found.Add($"not JSON: {broken.Message}");
        }
        return rules;
    }

    private static RequestedRule ParseRule(JsonElement rule, string place, List<string> errors)
    {
        string? words = null, method = null, path = null, operation = null;
        int? times = null;
        if (rule.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{place}: must be an object with {Known}");
            return new RequestedRule("", RequestMatch.Any, null);
        }
        foreach (var member in rule.EnumerateObject())
        {
            var at = $"{place}.{member.Name}";
            switch (member.Name)
            {
                case "simulate":
                    words = ParseText(member.Value, at, errors);
                    break;
                case "times":
                    times = ParseTimes(member.Value, at, errors);
                    break;
                case "method":
                    method = ParseText(member.Value, at, errors);
                    break;
                case "path":
                    path = ParseText(member.Value, at, errors);
                    break;
                case "operation":
                    operation = ParseText(member.Value, at, errors);
                    break;
                default:
                    errors.Add($"{at}: unknown; known are {Known}");
                    break;
            }
        }
        if (words is null)
            errors.Add($"{place}.simulate: must name faults: {FaultWords.Known}");
        else if (FaultWords.TryParse(words, new FaultGate(), out var wrong) is null)
            errors.Add($"{place}.simulate: {wrong}");
        return new RequestedRule(words ?? "", new RequestMatch(method, path, operation), times);
    }

    private static string? ParseText(JsonElement value, string place, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        errors.Add($"{place}: must be a string");
        return null;
    }

    private static int? ParseTimes(JsonElement value, string place, List<string> errors)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var times) && times >= 1)
            return times;
        errors.Add($"{place}: must be a whole number from 1; leave it out to strike until cleared");
        return null;
    }
}
