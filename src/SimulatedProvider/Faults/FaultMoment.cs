namespace SimulatedProvider.Faults;

/// <summary>When a fault occurs. In both cases the provider has read the whole request.</summary>
public enum FaultMoment
{
    /// <summary>The operation has not had its effect, and will not if the fault ends the exchange.</summary>
    BeforeExecuting,

    /// <summary>The operation has had its effect; only the answer is still to come.</summary>
    AfterExecuting,
}
