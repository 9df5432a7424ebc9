using System.Collections;
using System.CommandLine;
using IdempotencyGateway.Hosting;
using IdempotencyGateway.Hosting.Commands;

// The commands: Hosting/Commands/, one file each. The gateway that they start: Hosting/RunningGateway.
// How a request is handled, step by step: Exchange/IdempotencyMiddleware. The settings: Configuration/ and config/README.md.
var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
    environment.Add((string)variable.Key, (string?)variable.Value);

// Hosting/Serving handles termination signals, and lets the exchanges under way end within Shutdown:Grace. The parser's own handler would end the process after two seconds.
return await GatewayCommandLine.Create(environment, Serving.RunAsync).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
