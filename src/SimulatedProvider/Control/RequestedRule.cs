using SimulatedProvider.Faults;

namespace SimulatedProvider.Control;

/// <summary>A validated rule of a request to the control routes.</summary>
/// <param name="Words">The faults as text, which is known to parse.</param>
/// <param name="Times">Null for a rule that stays armed until it is cleared.</param>
internal sealed record RequestedRule(string Words, RequestMatch Match, int? Times)
{
    /// <param name="gate">The gate at which the word <c>hold</c> waits.</param>
    public FaultRule Arm(FaultGate gate) => new(
        FaultWords.TryParse(Words, gate, out var wrong) ?? throw new InvalidOperationException(wrong), Match, Times);
}
