namespace SimulatedProvider.Exchange;

/// <summary>A request that no operation takes.</summary>
internal sealed class Refusal(Answer answer) : Operation
{
    public override Answer Execute() => answer;
}
