using System.Collections;
using System.CommandLine;
using IdempotencyGateway.Hosting;
using IdempotencyGateway.Hosting.Commands;

// The commands, each in its own file: Hosting/Commands/. What they start: Hosting/RunningGateway.
// Where a request's story is told: Exchange/IdempotencyMiddleware. What the file may say: Configuration/, config/README.md.
var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
    environment.Add((string)variable.Key, (string?)variable.Value);

// Signals are watched where the gateway serves: it gives the exchanges under way their grace time, where the parser's own handler would give two seconds.
return await GatewayCommandLine.Create(environment, Serving.RunAsync).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
