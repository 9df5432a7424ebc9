using System.Buffers.Binary;
using IdempotencyGateway.Core.Fraud.Addresses;
using IdempotencyGateway.Core.Fraud.Databases;

namespace IdempotencyGateway.Core.Tests.Fraud.Databases;

/// <summary>A damaged database is refused, answers, or reports that it is damaged. It never crashes the process or makes a look-up run without bound.</summary>
public sealed class DamagedDatabasesTests
{
    private static readonly byte[] Sound = new MmdbWriter("Test-City-Anonymous-ASN", ipVersion: 4)
        .Add("10.0.0.0/8", Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam"))
        .Add("10.128.0.0/9", Records.Country("DE"))
        .Write();

    private static readonly NetworkAddress[] Asked = [new(0x0A000001, IsIPv4: true), new(0x0A800001, IsIPv4: true), new(0, IsIPv4: true), new(UInt128.MaxValue, IsIPv4: false), new(0x0A80_0001, IsIPv4: false)];

    [Fact]
    public void Damaged_files_are_opened_or_refused_and_never_a_crash()
    {
        var random = new Random(7);
        var refused = 0;
        for (var time = 0; time < 100_000; time++)
        {
            var file = Damage.Done(Sound, random);
            refused += Ask(LocationDatabase.TryOpen(file, out var problem), problem);
            if (time % 10 == 0)
            {
                AnonymityDatabase.TryOpen(file, out _)?.Find(Asked[0], out _);
                NetworkDatabase.TryOpen(file, out _)?.Find(Asked[0], out _);
            }
        }
        Assert.InRange(refused, 10_000, 99_000);
    }

    /// <summary>Damages only the tree and the values, for all record sizes and address families. Random files would never have valid metadata, so their trees would never be read.</summary>
    [Fact]
    public void Trees_and_values_of_noise_are_opened_or_refused_and_never_a_crash()
    {
        var random = new Random(9);
        byte[][] sound =
        [
            .. from size in (int[])[24, 28, 32]
               from version in (int[])[4, 6]
               select new MmdbWriter("Test-City-Anonymous-ASN", version, size).Add("10.0.0.0/8", Records.City("NL", 52.37, 4.9, 20, "Europe/Amsterdam")).Add("10.128.0.0/9", Records.Country("DE")).Write(),
        ];
        var opened = 0;
        for (var time = 0; time < 100_000; time++)
        {
            var file = sound[time % sound.Length].ToArray();
            var data = file.AsSpan().LastIndexOf("MaxMind.com"u8) - 3;
            var separator = file.AsSpan().IndexOf(new byte[16]);
            // Few changes in the tree, so that look-ups mostly reach a value, and many in the values.
            for (var changes = random.Next(3); changes > 0; changes--)
                file[random.Next(separator)] = (byte)random.Next(256);
            for (var changes = random.Next(20); changes > 0; changes--)
                file[random.Next(separator + 16, data)] = (byte)random.Next(256);
            opened += 1 - Ask(LocationDatabase.TryOpen(file, out var problem), problem);
            AnonymityDatabase.TryOpen(file, out _)?.Find(Asked[0], out _);
            NetworkDatabase.TryOpen(file, out _)?.Find(Asked[1], out _);
        }
        Assert.InRange(opened, 1_000, 99_000);
    }

    [Fact]
    public void A_file_that_is_overwritten_while_it_is_open_is_no_crash()
    {
        var random = new Random(8);
        for (var time = 0; time < 20_000; time++)
        {
            var file = Sound.ToArray();
            var database = LocationDatabase.TryOpen(file, out _)!;
            for (var byteAt = random.Next(1, 40); byteAt > 0; byteAt--)
                file[random.Next(file.Length)] = (byte)random.Next(256);
            Ask(database, problem: null);
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(28)]
    [InlineData(32)]
    public void A_tree_whose_first_node_leads_far_out_of_the_file_is_refused(int recordSize)
    {
        var file = new MmdbWriter("City", ipVersion: 6, recordSize).Add("10.0.0.0/8", Records.Country("DE")).Write();
        file.AsSpan(0, 4).Fill(0xFF);

        Assert.Null(LocationDatabase.TryOpen(file, out var problem));
        Assert.Equal("node 0 points outside the file", problem);
    }

    [Fact]
    public void A_file_that_is_cut_short_anywhere_is_refused()
    {
        for (var length = 0; length < Sound.Length; length++)
        {
            Assert.Null(LocationDatabase.TryOpen(Sound.AsMemory(0, length), out var problem));
            Assert.NotNull(problem);
        }
    }

    [Fact]
    public void Pointers_in_a_circle_and_pointers_to_pointers_are_refused()
    {
        // A map with one member, whose value is a pointer to a pointer.
        Assert.Contains("damaged", Refusal([0xE1, 0x41, (byte)'a', 0x20, 0x05, 0x20, 0x00]), StringComparison.Ordinal);
        // Pointers to themselves, out of the data section, and into the tree.
        Assert.Contains("damaged", Refusal([0xE1, 0x41, (byte)'a', 0x20, 0x03]), StringComparison.Ordinal);
        Assert.Contains("damaged", Refusal([0xE1, 0x41, (byte)'a', 0x20, 0xFF]), StringComparison.Ordinal);
        Assert.Contains("damaged", Refusal([0xE1, 0x41, (byte)'a', 0x38, 0xFF, 0xFF, 0xFF, 0xFF]), StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_within_themselves_are_looked_up_in_bounded_time()
    {
        // The map's member "location" is a pointer to the map itself, so that expanding it would never end.
        var file = WithData([0xE2, 0x48, .. "location"u8, 0x20, 0x00, 0x41, (byte)'b', 0x20, 0x00]);
        var database = LocationDatabase.TryOpen(file, out var problem);

        Assert.Null(problem);
        Assert.Equal((DatabaseAnswer.Found, default), (database!.Find(Asked[0], out var answer), answer));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xE1, 0x41, (byte)'a' })]
    [InlineData(new byte[] { 0xE1, 0x5F, 0xFF, 0xFF, 0xFF })]
    [InlineData(new byte[] { 0xE1, 0x41, (byte)'a', 0x00, 0x06 })]
    [InlineData(new byte[] { 0xE1, 0x41, (byte)'a', 0x00, 0xFF })]
    [InlineData(new byte[] { 0xE1, 0x41, (byte)'a', 0x67, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0xE1, 0x41, (byte)'a', 0x02, 0x07 })]
    public void Values_that_run_out_of_the_file_or_have_no_type_are_refused(byte[] data) =>
        Assert.Contains("damaged", Refusal(data), StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_walked_without_a_stack()
    {
        var deep = Enumerable.Repeat((byte[])[0xE1, 0x41, (byte)'a'], 100_000).SelectMany(map => map).Append((byte)0x40).ToArray();

        Assert.NotNull(LocationDatabase.TryOpen(WithData(deep), out _)!);
    }

    [Theory]
    [InlineData("node_count", "number of nodes")]
    [InlineData("record_size", "record size")]
    [InlineData("ip_version", "IP version")]
    [InlineData("binary_format_major_version", "format version")]
    [InlineData("build_epoch", "build time")]
    [InlineData("database_type", "database type")]
    public void Metadata_that_lack_or_contradict_something_are_refused(string member, string problem)
    {
        var file = Sound.ToArray();
        var at = file.AsSpan().LastIndexOf(System.Text.Encoding.ASCII.GetBytes(member));
        file[at] = (byte)'x';

        Assert.Null(LocationDatabase.TryOpen(file, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    private static int Ask(LocationDatabase? database, string? problem)
    {
        Assert.Equal(database is null, problem is not null);
        foreach (var address in Asked)
            database?.Find(address, out _);
        return database is null ? 1 : 0;
    }

    private static string Refusal(byte[] data)
    {
        Assert.Null(LocationDatabase.TryOpen(WithData(data), out var problem));
        return problem!;
    }

    /// <summary>A database whose only record consists of these bytes.</summary>
    private static byte[] WithData(byte[] data)
    {
        var file = new MmdbWriter("City", ipVersion: 4).Add("0.0.0.0/1", Array.Empty<(string, object)>()).Write();
        Assert.Equal(1U, BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(2)) & 0xFFFFFF);
        return [.. file[..22], .. data, .. file[23..]];
    }
}
