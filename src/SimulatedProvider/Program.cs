namespace SimulatedProvider;

/// <summary>In a namespace, so that tests which see this assembly and the gateway's have one <c>Program</c> each.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => SimulatorProcess.RunAsync(args, Console.Out, Console.Error);
}
