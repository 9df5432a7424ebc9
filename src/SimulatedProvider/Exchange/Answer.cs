namespace SimulatedProvider.Exchange;

/// <summary>An operation's answer, with a JSON body or none. The bytes are valid as long as the operation.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The whole body; empty where the status has none.</param>
/// <param name="HadEffect">Whether the operation had its effect, which counts as an execution.</param>
internal readonly record struct Answer(int Status, ReadOnlyMemory<byte> Body, bool HadEffect = false);
