namespace SimulatedProvider.Exchange;

/// <summary>What an operation has to say: JSON, or nothing. The bytes live as long as the operation.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body; empty where the status has none.</param>
/// <param name="HadEffect">Whether the operation did what it is for: this is what counts as an execution.</param>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body, bool HadEffect = false);
