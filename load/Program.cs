using System.CommandLine;
using IdempotencyGateway.Load.Baselines;
using IdempotencyGateway.Load.Scenarios;

// compare [NAME...]   measures each comparison, both sides in turns, and prints the ratio
// list                names them
// serve WHAT          runs a baseline as a process of its own; compare starts these itself
var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 32, Description = "How many at once." };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 9, Description = "Of each side." };
var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 2, Description = "A round takes." };
var warmUp = new Option<double>("--warm-up") { DefaultValueFactory = _ => 5, Description = "Seconds of each side before the first round." };
var names = new Argument<string[]>("names") { Description = "Which comparisons; all if none is named." };
var compare = new Command("compare", "Measures both sides in turns and prints the ratio.") { names, connections, rounds, seconds, warmUp };
compare.SetAction(async parsed =>
{
    var wanted = parsed.GetValue(names)!;
    if (wanted.Except(Comparison.All.Select(c => c.Name), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
    {
        await Console.Error.WriteLineAsync($"no comparison is called {unknown}; there are {string.Join(", ", Comparison.All.Select(c => c.Name))}");
        return 1;
    }
    var shape = new RunShape(
        parsed.GetValue(connections), parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)));
    foreach (var comparison in Comparison.All.Where(c => wanted.Length == 0 || wanted.Contains(c.Name, StringComparer.Ordinal)))
        await Interleaving.RunAsync(comparison, shape, Console.Out);
    return 0;
});

var list = new Command("list", "Names the comparisons.");
list.SetAction(_ =>
{
    foreach (var comparison in Comparison.All)
        Console.WriteLine($"{comparison.Name,-17} {comparison.Ours.Side} against {comparison.Baseline.Side}");
});

var what = new Argument<string>("what");
var provider = new Argument<Uri?>("provider") { Arity = ArgumentArity.ZeroOrOne, CustomParser = result => new Uri(result.Tokens[0].Value) };
var serve = new Command("serve", "Runs a baseline: kestrel, or yarp PROVIDER.") { what, provider };
serve.SetAction(async parsed =>
{
    await using var app = parsed.GetValue(what) == "yarp" ? BareYarp.Build(parsed.GetValue(provider)!) : BareKestrel.Build();
    await app.StartAsync();
    Console.WriteLine($"listening on {app.Urls.First()}");
    await app.WaitForShutdownAsync();
});

return await new RootCommand("Measures the gateway beside what it is built on.") { compare, list, serve }.Parse(args).InvokeAsync();
