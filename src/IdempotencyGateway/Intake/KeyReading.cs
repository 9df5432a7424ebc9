using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Intake;

/// <summary>The result of reading a request's key: exactly one of the three cases below.</summary>
public abstract record KeyReading
{
    private KeyReading()
    {
    }

    /// <param name="AsSent">As the client spelled it, without white space around it, for echoing and forwarding.</param>
    public sealed record Present(IdempotencyKey Key, string AsSent) : KeyReading;

    public sealed record Absent : KeyReading
    {
        public static readonly Absent Instance = new();
    }

    /// <param name="Detail">What is wrong with it and how to write it.</param>
    public sealed record Invalid(string Detail) : KeyReading;
}
