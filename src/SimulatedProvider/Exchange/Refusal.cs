namespace SimulatedProvider.Exchange;

/// <summary>The refusal of a request, with a fixed answer.</summary>
internal sealed class Refusal(Answer answer) : Operation
{
    public override Answer Execute() => answer;
}
