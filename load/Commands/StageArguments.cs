using System.CommandLine;
using IdempotencyGateway.Load.Servers;

namespace IdempotencyGateway.Load.Commands;

/// <summary>What <c>run</c> and <c>compare</c> let one say of the servers.</summary>
internal sealed class StageArguments
{
    private static readonly StageOptions Defaults = new();

    private readonly Option<long> _records = new("--records") { DefaultValueFactory = _ => Defaults.Records, Description = "The number of records in a filled store." };
    private readonly Option<int> _replicas = new("--replicas") { DefaultValueFactory = _ => Defaults.Replicas, Description = "The number of gateways that share a store, in ManyReplicas." };
    private readonly Option<int> _duplicates = new("--duplicates") { DefaultValueFactory = _ => Defaults.Duplicates, Description = "The number of concurrent duplicates, in the comparison duplicates." };
    private readonly Option<string?> _published = new("--published") { Description = "A folder with a gateway published with ReadyToRun." };
    private readonly Option<string?> _publishedBaseline = new("--published-baseline") { Description = "A folder with this program published in the same way." };

    public void AddTo(Command command)
    {
        command.Add(_records);
        command.Add(_replicas);
        command.Add(_duplicates);
        command.Add(_published);
        command.Add(_publishedBaseline);
    }

    public StageOptions Read(ParseResult parsed) => new(
        parsed.GetValue(_records), parsed.GetValue(_replicas), parsed.GetValue(_duplicates), parsed.GetValue(_published), parsed.GetValue(_publishedBaseline));
}
