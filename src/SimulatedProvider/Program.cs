namespace SimulatedProvider;

/// <summary>The entry point. It is in a namespace, so that tests that reference both this assembly and the gateway can tell the two <c>Program</c> classes apart.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => SimulatorProcess.RunAsync(args, Console.Out, Console.Error);
}
