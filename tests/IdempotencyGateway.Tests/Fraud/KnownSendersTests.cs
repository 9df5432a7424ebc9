using IdempotencyGateway.Configuration;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Scoring;
using IdempotencyGateway.Fraud;

namespace IdempotencyGateway.Tests.Fraud;

/// <summary>The cache of known senders: no sender is taken for another, and no sender can evict all others.</summary>
public sealed class KnownSendersTests
{
    private const int Places = 2048;

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_795_283_090);
    private static readonly FraudProfile Profile = Named("one");
    private static readonly FraudSnapshot Configuration = new();

    private readonly KnownSenders _known = new(Configuration, 1);

    [Fact]
    public void Whoever_comes_a_second_time_is_known_the_third_time()
    {
        var sender = Sender(1);

        for (var time = 1; time <= 2; time++)
        {
            Assert.Null(_known.Find(Profile, sender, Now));
            _known.Keep(sender, Found(1));
        }

        Assert.Equal("found 1", ModelOf(sender));
    }

    [Fact]
    public void However_many_come_nobody_is_taken_for_another_and_no_more_are_kept_than_there_are_places()
    {
        const int Senders = 5 * Places;

        for (var i = 0; i < Senders; i++)
            KeepForSure(Sender(i), Found(i));
        var known = Enumerable.Range(0, Senders).Where(i => ModelOf(Sender(i)) is not null).ToArray();

        Assert.InRange(known.Length, 1, Places);
        Assert.All(known, i => Assert.Equal($"found {i}", ModelOf(Sender(i))));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::ffff:1")]
    public void A_caller_that_pretends_to_be_ever_another_drives_out_four_others_at_most(string address, string another)
    {
        var others = Enumerable.Range(0, 200).Select(Sender).ToList();
        others.ForEach(other => KeepForSure(other, Found(0)));
        var before = others.Count(other => ModelOf(other) is not null);

        for (var i = 0; i < 10_000; i++)
            KeepForSure(From(i % 2 == 0 ? address : another) with { Device = Device($"device {i}") }, Found(1));

        Assert.InRange(others.Count(other => ModelOf(other) is not null), before - 4, before);
    }

    [Fact]
    public void Senders_that_come_once_evict_nobody()
    {
        var regular = Sender(1);
        KeepForSure(regular, Found(1));

        for (var i = 2; i < 5 * Places; i++)
            _known.Keep(Sender(i), Found(i));

        Assert.Equal("found 1", ModelOf(regular));
    }

    [Fact]
    public void Senders_that_differ_in_any_trait_are_not_confused()
    {
        var sender = From("192.0.2.1") with { Device = Device("one") };
        KeepForSure(sender, Found(1));
        var (client, device) = sender;
        Sender[] others =
        [
            sender with { Client = client with { Address = Address("192.0.2.2") } }, sender with { Client = client with { Address = null } },
            sender with { Client = client with { IsPeerTrusted = true } }, sender with { Client = client with { IsSpoofed = true } },
            sender with { Client = client with { Alleged = (Address("192.0.2.3"), null) } }, sender with { Client = client with { Alleged = (null, Address("192.0.2.3")) } },
            sender with { Device = device with { UserAgent = "two" } }, sender with { Device = device with { Accept = "*/*" } },
            sender with { Device = device with { AcceptLanguage = "nl" } }, sender with { Device = device with { AcceptEncoding = "br" } },
            sender with { Device = device with { Brands = "\"Chromium\";v=\"141\"" } }, sender with { Device = device with { Mobile = "?1" } },
            sender with { Device = device with { Platform = "\"Linux\"" } }, sender with { Device = device with { Ja4 = "t13d1516h2" } },
        ];

        Assert.All(others, other => Assert.Null(_known.Find(Profile, other, Now)));
        Assert.Null(_known.Find(Named("one"), sender, Now));
        Assert.Equal("found 1", ModelOf(sender));
    }

    [Fact]
    public void A_sender_that_takes_long_to_look_at_is_not_kept()
    {
        var sender = From("192.0.2.1") with { Device = Device(new string('x', 1025)) };

        KeepForSure(sender, Found(1));

        Assert.Null(ModelOf(sender));
    }

    [Fact]
    public void Within_a_second_the_same_is_told_and_later_what_differs_is_the_time()
    {
        var sender = Sender(1);
        KeepForSure(sender, Found(1));

        var first = _known.Find(Profile, sender, Now)!;
        var soon = _known.Find(Profile, sender, Now.AddSeconds(0.9))!;
        var later = _known.Find(Profile, sender, Now.AddSeconds(1.1))!;

        Assert.Same(first, soon);
        Assert.Equal(first.Verdict with { At = Now.AddSeconds(1) }, later.Verdict);
        Assert.Equal(first.Fields.Score.Replace(";at=1795283090;", ";at=1795283091;", StringComparison.Ordinal), later.Fields.Score);
        Assert.Same(later, _known.Find(Profile, sender, Now.AddSeconds(1.2)));
    }

    [Fact]
    public void A_change_of_the_configuration_or_of_the_files_forgets_all_senders()
    {
        Assert.True(_known.IsFor(Configuration, 1));
        Assert.False(_known.IsFor(Configuration, 2));
        Assert.False(_known.IsFor(Configuration with { }, 1));
    }

    /// <summary>
    /// A new profile setting that depends on more than the sender must be covered by <see cref="FraudProfile.LooksAtSendersAlone"/>. This list makes whoever adds a setting decide that.
    /// </summary>
    [Fact]
    public void Each_setting_of_a_profile_is_one_that_only_judges_a_sender_or_one_that_looks_further()
    {
        string[] judging =
        [
            nameof(FraudProfile.Name), nameof(FraudProfile.Model), nameof(FraudProfile.Budget), nameof(FraudProfile.OnDegraded), nameof(FraudProfile.DryRun), nameof(FraudProfile.Lists),
            nameof(FraudProfile.Databases), nameof(FraudProfile.Issuer), nameof(FraudProfile.Actions), nameof(FraudProfile.InHeaders), nameof(FraudProfile.InBody), nameof(FraudProfile.SignWith),
            nameof(FraudProfile.Clusters),
        ];
        (string Name, FraudProfile Profile)[] further =
        [
            (nameof(FraudProfile.Subject), Profile with { Subject = [RiskSubject.TryParse("claim:sub", out var subject) ? subject : null!] }),
            (nameof(FraudProfile.Country), Profile with { Country = ValueSource.TryParse("json:/country", out var country) ? country : null }),
            (nameof(FraudProfile.Velocity), Profile with { Velocity = [new(VelocityBy.Ip, [VelocityWindow.Minute], 1, 2)] }),
            (nameof(FraudProfile.Edges), Profile with { Edges = [new("x-score", EdgeScale.Percent)] }),
            (nameof(FraudProfile.External), Profile with { External = [new("vendor", new("http://127.0.0.1/"), TimeSpan.FromSeconds(1), null!)] }),
        ];

        Assert.True(Profile.LooksAtSendersAlone);
        Assert.All(further, setting => Assert.False(setting.Profile.LooksAtSendersAlone));
        Assert.Equal(
            judging.Concat(further.Select(setting => setting.Name)).Order(StringComparer.Ordinal),
            typeof(FraudProfile).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).Order(StringComparer.Ordinal));
    }

    private static FraudProfile Named(string name) => new()
    {
        Name = name,
        Model = RiskModel.TryCreate(name, new Dictionary<string, int>(), new Dictionary<string, int>(), RiskLevels.Default, out _)!,
    };

    private static RiskFeature Found(int number) => new(Profile, new Findings(Named($"found {number}").Model).Judge(Now, Profile.ActionFor));

    private static Sender Sender(int number) => From($"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}");

    private static Sender From(string address) => new(new(Address(address), IsPeerTrusted: false, IsSpoofed: false), Device("program"));

    private static DeviceTraits Device(string userAgent) => new(userAgent, "", "", "", "", "", "", "");

    private static NetworkAddress Address(string text) => NetworkAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    private void KeepForSure(Sender sender, RiskFeature found)
    {
        _known.Keep(sender, found);
        _known.Keep(sender, found);
    }

    private string? ModelOf(Sender sender) => _known.Find(Profile, sender, Now)?.Verdict.Model;
}
