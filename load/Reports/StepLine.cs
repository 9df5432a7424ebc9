namespace IdempotencyGateway.Load.Reports;

/// <summary>Shows the current step of a comparison: on a terminal one line that is updated in place, elsewhere nothing.</summary>
internal sealed class StepLine(string name, TextWriter output, bool isTerminal) : IProgress<string>
{
    public void Report(string value)
    {
        if (isTerminal)
            output.Write($"\r\e[2K{name}: {value}\r");
    }
}
