namespace IdempotencyGateway.Tests.HouseRules;

internal static class HouseRule
{
    /// <summary>Fails with all violations at once, headed by what to change.</summary>
    public static void Holds(string remedy, IEnumerable<string> violations)
    {
        var found = violations.ToList();
        if (found.Count > 0)
        {
            Assert.Fail($"{remedy}\n  {string.Join("\n  ", found)}");
        }
    }
}
