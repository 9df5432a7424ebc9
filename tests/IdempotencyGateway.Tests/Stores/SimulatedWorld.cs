using System.Globalization;
using System.Text;
using IdempotencyGateway.Core.Claims;
using IdempotencyGateway.Core.Keys;
using IdempotencyGateway.Core.Stores;

namespace IdempotencyGateway.Tests.Stores;

/// <summary>One seeded simulation over two keys: owners, an operator, the clock and crashes, with the protocol's invariants checked after every step.</summary>
internal sealed class SimulatedWorld(int seed, bool takeFromDoubt) : IAsyncDisposable
{
    private const int Steps = 100;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);
    private static readonly StorageKey[] Keys = [StoreSamples.Key("left"), StoreSamples.Key("right")];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _story = new();
    private readonly TwinStores _stores = new();
    private readonly List<SimulatedOwner> _owners = [];
    private readonly Dictionary<StorageKey, HashSet<OwnerId>> _granted = Keys.ToDictionary(key => key, _ => new HashSet<OwnerId>());
    private readonly Dictionary<StorageKey, string> _done = [];
    private int _attempts;

    public int Grants { get; private set; }

    public string Story => _story.ToString();

    public async Task RunAsync()
    {
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync();
            foreach (var key in Keys)
                CheckDone(key, await _stores.FindAsync(key));
        }
    }

    public ValueTask DisposeAsync() => _stores.DisposeAsync();

    private Task StepAsync() => _random.Next(100) switch
    {
        < 25 => AppearAsync(),
        < 80 => ActAsync(),
        < 90 => PassTime(),
        < 93 => OperateAsync(),
        < 95 => _stores.SweepAsync(),
        < 97 => DieAsync("restart", _stores.RestartAsync),
        _ => DieAsync("crash", _stores.CrashAsync),
    };

    private Task AppearAsync()
    {
        var owner = new SimulatedOwner(new ClaimRequest
        {
            Key = Keys[_random.Next(Keys.Length)],
            Fingerprint = StoreSamples.Fingerprint(Chance(10) ? "other" : "body"),
            Owner = StoreSamples.Owner($"{++_attempts}"),
            Lease = Lease,
            Retention = Retention,
            AsSent = Chance(50),
            Destination = Chance(50) ? "primary" : null,
            TakeFromDoubt = takeFromDoubt && Chance(50),
        });
        _owners.Add(owner);
        return ClaimAsync(owner);
    }

    /// <summary>Lets a random owner take a step that the protocol allows it, given what it knows.</summary>
    private Task ActAsync()
    {
        var living = _owners.Where(owner => !owner.IsOver).ToList();
        if (living.Count == 0)
            return AppearAsync();
        var owner = living[_random.Next(living.Count)];
        return owner switch
        {
            { Ticket: null } => ClaimAsync(owner),
            { MaySend: false } => PrepareAsync(owner, owner.Ticket.Value),
            { HasSent: false } => SendAsync(owner, owner.Ticket.Value),
            _ => SettleAsync(owner, owner.Ticket.Value),
        };
    }

    private async Task ClaimAsync(SimulatedOwner owner)
    {
        var result = await _stores.ClaimAsync(owner.Request);
        if (IsReplyLost(owner, "claim", result.GetType().Name))
            return;
        if (result is ClaimResult.Completed completed)
            CheckDone(owner.Request.Key, completed.Response);
        if (result is not ClaimResult.Won won)
        {
            owner.IsOver = result is not ClaimResult.InProgress || Chance(50);
            return;
        }
        owner.Ticket = won.Ticket;
        if (owner.Request.AsSent || owner.Request.TakeFromDoubt && (await _stores.FindAsync(won.Ticket.Key))!.State == RecordState.Sent)
            Grant(owner);
    }

    private async Task PrepareAsync(SimulatedOwner owner, ClaimTicket ticket)
    {
        if (Chance(15))
        {
            await ReleaseAsync(owner, ticket);
            return;
        }
        var result = await _stores.WriteAsync(store => store.MarkSentAsync(ticket, "secondary", default));
        if (IsReplyLost(owner, "mark sent", result.ToString()))
            return;
        if (result == TransitionResult.Applied)
            Grant(owner);
        else
            owner.IsOver = true;
    }

    private Task SendAsync(SimulatedOwner owner, ClaimTicket ticket)
    {
        if (Chance(20))
            return ReleaseAsync(owner, ticket);
        owner.HasSent = true;
        Tell(owner, "sends");
        return Task.CompletedTask;
    }

    private async Task SettleAsync(SimulatedOwner owner, ClaimTicket ticket)
    {
        if (Chance(10))
        {
            await ReleaseAsync(owner, ticket);
            return;
        }
        var (name, write) = _random.Next(10) switch
        {
            < 1 => ("hold", Write(store => store.HoldAsync(ticket, default, default))),
            < 2 => ("hold", Write(store => store.HoldAsync(ticket, Bytes($"evidence of {ticket.Owner}"), default))),
            < 4 => ("renew", Write(store => store.RenewAsync(ticket, Lease, default))),
            _ => ("complete", Write(store => store.CompleteAsync(ticket, Bytes($"answer to {ticket.Owner}"), Retention, default))),
        };
        var result = await _stores.WriteAsync(write);
        owner.IsInDoubt |= name == "hold" && result == TransitionResult.Applied;
        if (!IsReplyLost(owner, name, result.ToString()))
            owner.IsOver = name == "complete";
    }

    /// <summary>An owner that requested its release never sends again, even if the reply is lost. It may have sent before, and got an answer that is not final.</summary>
    private async Task ReleaseAsync(SimulatedOwner owner, ClaimTicket ticket)
    {
        owner.IsOver = true;
        var result = await _stores.WriteAsync(store => store.ReleaseAsync(ticket, default));
        if (result == TransitionResult.Applied)
        {
            Assert.False(owner.IsInDoubt, "a record whose owner declared it in doubt was released");
            owner.HasSent = false;
            _granted[ticket.Key].Clear();
        }
        Tell(owner, $"release: {result}");
    }

    private async Task OperateAsync()
    {
        var key = Keys[_random.Next(Keys.Length)];
        if (Chance(15))
        {
            var erased = await _stores.WriteAsync(store => store.EraseAsync(key, Bytes("tombstone"), default));
            if (erased == TransitionResult.Applied)
                _done[key] = "tombstone";
        }
        else if (Chance(50) || _owners.Any(owner => owner.Request.Key == key && (owner.HasSent || !owner.IsOver)))
        {
            await _stores.WriteAsync(
                store => store.ResolveAsync(key, new DoubtResolution.Executed(Bytes("found out")), Retention, default));
        }
        else if (await _stores.WriteAsync(
            store => store.ResolveAsync(key, DoubtResolution.NeverSent.Instance, Retention, default)) == TransitionResult.Applied)
        {
            _granted[key].Clear();
        }
    }

    private Task PassTime()
    {
        var duration = TimeSpan.FromSeconds(_random.Next(1, 40));
        _story.AppendLine(CultureInfo.InvariantCulture, $"{duration} pass");
        _stores.Advance(duration);
        return Task.CompletedTask;
    }

    private Task DieAsync(string how, Func<Task> die)
    {
        _story.AppendLine(how);
        foreach (var owner in _owners)
            owner.IsOver = true;
        return die();
    }

    private void Grant(SimulatedOwner owner)
    {
        Grants++;
        owner.MaySend = true;
        var granted = _granted[owner.Request.Key];
        granted.Add(owner.Request.Owner);
        Assert.True(takeFromDoubt || granted.Count == 1, "two owners were granted the permission to send");
    }

    private void CheckDone(StorageKey key, StoredRecord? record)
    {
        if (record is { State: RecordState.Done })
            CheckDone(key, record.Response);
        else
            Assert.False(_done.ContainsKey(key), "a completed record has disappeared");
    }

    private void CheckDone(StorageKey key, ReadOnlyMemory<byte> response)
    {
        var text = Encoding.UTF8.GetString(response.Span);
        _done.TryAdd(key, text);
        Assert.Equal(_done[key], text);
    }

    private bool IsReplyLost(SimulatedOwner owner, string operation, string result)
    {
        var isLost = Chance(20);
        Tell(owner, $"{operation}: {result}{(isLost ? ", reply lost" : "")}");
        return isLost;
    }

    private void Tell(SimulatedOwner owner, string what) =>
        _story.AppendLine(CultureInfo.InvariantCulture, $"owner {_owners.IndexOf(owner) + 1} {what}");

    private bool Chance(int percent) => _random.Next(100) < percent;

    private static Func<IIdempotencyStore, ValueTask<TransitionResult>> Write(
        Func<IIdempotencyStore, ValueTask<TransitionResult>> write) => write;

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
