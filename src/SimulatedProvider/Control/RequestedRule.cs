using SimulatedProvider.Faults;

namespace SimulatedProvider.Control;

/// <summary>A rule that was asked for and is known to be right.</summary>
/// <param name="Words">Faults as text, parsed once before.</param>
/// <param name="Times">Null: until cleared.</param>
internal sealed record RequestedRule(string Words, RequestMatch Match, int? Times)
{
    /// <param name="gate">What the word <c>hold</c> waits for.</param>
    public FaultRule Arm(FaultGate gate) => new(
        FaultWords.TryParse(Words, gate, out var wrong) ?? throw new InvalidOperationException(wrong), Match, Times);
}
