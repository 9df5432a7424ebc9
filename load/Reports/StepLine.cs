namespace IdempotencyGateway.Load.Reports;

/// <summary>The step that a comparison has come to: on a terminal one line that is written over, elsewhere nothing.</summary>
internal sealed class StepLine(string name, TextWriter output, bool isTerminal) : IProgress<string>
{
    public void Report(string value)
    {
        if (isTerminal)
            output.Write($"\r\e[2K{name}: {value}\r");
    }
}
