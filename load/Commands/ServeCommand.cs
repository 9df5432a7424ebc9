using System.CommandLine;
using IdempotencyGateway.Load.Baselines;

namespace IdempotencyGateway.Load.Commands;

/// <summary><c>serve kestrel</c>, <c>serve yarp PROVIDER</c>: runs a baseline in this process. The other commands start these processes themselves.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var what = new Argument<string>("what");
        what.AcceptOnlyFromAmong("kestrel", "yarp");
        var provider = new Argument<Uri?>("provider") { Arity = ArgumentArity.ZeroOrOne, CustomParser = result => new Uri(result.Tokens[0].Value) };
        var command = new Command("serve", "Runs a baseline: kestrel, or yarp PROVIDER.") { what, provider };
        command.SetAction(async parsed =>
        {
            await using var app = parsed.GetValue(what) == "yarp" ? BareYarp.Build(parsed.GetValue(provider)!) : BareKestrel.Build();
            await app.StartAsync();
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"listening on {app.Urls.First()}");
            await app.WaitForShutdownAsync();
        });
        return command;
    }
}
