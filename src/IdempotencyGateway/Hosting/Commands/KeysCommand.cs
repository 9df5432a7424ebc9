using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using IdempotencyGateway.Configuration;
using IdempotencyGateway.Protection.Encryption;

namespace IdempotencyGateway.Hosting.Commands;

/// <summary>
/// <c>keys</c>: creates, lists and rotates the keys that records are encrypted under. Running gateways reload the changed file. Prints ids, never a key.
/// </summary>
internal static class KeysCommand
{
    public static Command Create(IReadOnlyDictionary<string, string?> environment) => new("keys", "Manages the key ring that records are encrypted under (Store:Encryption:KeyRingFile).")
    {
        Subcommand(environment, "create", "Creates the key ring, or adds a key that is not used yet: give the file to every gateway first, then rotate.", CreateKey),
        Subcommand(environment, "list", "Lists the ids of the keys and marks the active one.", List),
        Subcommand(environment, "rotate", "Makes the newest key the active one, which encrypts new records; creates a key if the newest is active already. Older keys still decrypt older records.", Rotate),
    };

    private static Command Subcommand(
        IReadOnlyDictionary<string, string?> environment, string name, string description, Action<string, TextWriter> act)
    {
        var configuration = new ConfigurationArguments(environment);
        var command = new Command(name, description);
        configuration.AddTo(command);
        command.SetAction(parsed => configuration.Load(parsed) switch
        {
            SnapshotResult.Valid(var snapshot) => Run(snapshot, act, parsed.InvocationConfiguration),
            SnapshotResult.Invalid invalid => ProblemReport.Refuse(invalid, parsed.InvocationConfiguration.Error),
            var other => throw new InvalidOperationException($"no keys in {other.GetType()}"),
        });
        return command;
    }

    private static int Run(GatewaySnapshot snapshot, Action<string, TextWriter> act, InvocationConfiguration invocation)
    {
        if (snapshot.Store.Encryption.KeyRingFile is not { } path)
        {
            invocation.Error.WriteLine(
                "There is no key ring: records are encrypted under a key that is derived from the store secret. To use a key ring, name its file in Store:Encryption:KeyRingFile.");
            return ExitCode.Configuration;
        }
        try
        {
            act(path, invocation.Output);
            return ExitCode.Success;
        }
        catch (KeyRingException e)
        {
            invocation.Error.WriteLine(e.Message);
            return ExitCode.Configuration;
        }
    }

    private static void CreateKey(string path, TextWriter output)
    {
        var ring = KeyRingFile.Change(path, WithNewKey);
        var made = ring.Keys[^1];
        output.WriteLine(made == ring.Active
            ? $"{path}: made, with key {made.Name}, which is active."
            : $"{path}: key {made.Name} is added, {ring.Active.Name} is still active. Once every gateway has this file: keys rotate.");
    }

    private static void List(string path, TextWriter output)
    {
        var ring = KeyRingFile.Read(path);
        TextTable.Write(output, ["key", "created", "state"], ring.Keys.Select(key => (string[])
        [
            key.Name,
            key.Created.UtcDateTime.ToString("u", CultureInfo.InvariantCulture),
            StateOf(key, ring),
        ]));
    }

    private static void Rotate(string path, TextWriter output)
    {
        var ring = KeyRingFile.Change(path, ring => ring switch
        {
            null => throw new KeyRingException($"{path} is not there: there is nothing to rotate. Make the ring with: keys create."),
            _ when ring.Keys[^1] == ring.Active => WithNewestActive(WithNewKey(ring)),
            _ => WithNewestActive(ring),
        });
        output.WriteLine($"{path}: key {ring.Active.Name} is active.");
    }

    /// <summary>Adds a new key at the end. It is active only when it is the first.</summary>
    private static KeyRing WithNewKey(KeyRing? ring)
    {
        if (ring is { Keys.Count: KeyRing.MostKeys })
            throw new KeyRingException($"The ring has {KeyRing.MostKeys} keys, which is the most it may have: remove the oldest from the file, once no record that it encrypted is kept any more.");
        var bytes = RandomNumberGenerator.GetBytes(RingKey.SizeInBytes);
        var key = new RingKey(bytes, TimeProvider.System.GetUtcNow());
        CryptographicOperations.ZeroMemory(bytes);
        return ring is null ? new([key], key) : new([.. ring.Keys, key], ring.Active);
    }

    private static KeyRing WithNewestActive(KeyRing ring) => new(ring.Keys, ring.Keys[^1]);

    private static string StateOf(RingKey key, KeyRing ring)
    {
        if (key == ring.Active)
            return "active";
        return Order(ring, key) > Order(ring, ring.Active) ? "not used yet" : "opens old records";
    }

    private static int Order(KeyRing ring, RingKey key) => ring.Keys.TakeWhile(other => other != key).Count();
}
