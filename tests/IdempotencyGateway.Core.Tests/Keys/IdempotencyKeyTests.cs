using FsCheck.Fluent;
using IdempotencyGateway.Core.Keys;

namespace IdempotencyGateway.Core.Tests.Keys;

public sealed class IdempotencyKeyTests
{
    [Theory]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData(" \t k \t ", "k")]
    [InlineData("\t\"k\" ", "k")]
    [InlineData("a;b=c", "a;b=c")]
    [InlineData("a\\b", "a\\b")]
    [InlineData("\"a\\\\b\"", "a\\b")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("\"a,b\"", "a,b")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\" \"", " ")]
    [InlineData("!~", "!~")]
    [InlineData(":YQ==:", ":YQ==:")]
    [InlineData("?1", "?1")]
    public void A_string_or_a_bare_value_is_a_key(string header, string value)
    {
        Assert.True(IdempotencyKey.TryParse(header, out var key, out var defect));
        Assert.Equal(value, key.Value);
        Assert.Equal(KeyDefect.None, defect);
    }

    [Theory]
    [InlineData(null, KeyDefect.Empty)]
    [InlineData("", KeyDefect.Empty)]
    [InlineData(" \t ", KeyDefect.Empty)]
    [InlineData("\"\"", KeyDefect.Empty)]
    [InlineData("a b", KeyDefect.ForbiddenCharacter)]
    [InlineData("a\tb", KeyDefect.ForbiddenCharacter)]
    [InlineData("a\0b", KeyDefect.ForbiddenCharacter)]
    [InlineData("a\u007Fb", KeyDefect.ForbiddenCharacter)]
    [InlineData("caf\u00E9", KeyDefect.ForbiddenCharacter)]
    [InlineData("\u00A0k", KeyDefect.ForbiddenCharacter)]
    [InlineData("a\"b", KeyDefect.ForbiddenCharacter)]
    [InlineData("a\"", KeyDefect.ForbiddenCharacter)]
    [InlineData("\"caf\u00E9\"", KeyDefect.ForbiddenCharacter)]
    [InlineData("\"a\tb\"", KeyDefect.ForbiddenCharacter)]
    [InlineData("\"a\u007F\"", KeyDefect.ForbiddenCharacter)]
    [InlineData("a,b", KeyDefect.NotOneValue)]
    [InlineData("a, b", KeyDefect.NotOneValue)]
    [InlineData(",", KeyDefect.NotOneValue)]
    [InlineData("\"a\", \"b\"", KeyDefect.NotOneValue)]
    [InlineData("\"a\";p=1", KeyDefect.NotOneValue)]
    [InlineData("\"a\" ;p", KeyDefect.NotOneValue)]
    [InlineData("\"a\"b", KeyDefect.NotOneValue)]
    [InlineData("\"\"\"", KeyDefect.NotOneValue)]
    [InlineData("\"", KeyDefect.BrokenString)]
    [InlineData("\"a", KeyDefect.BrokenString)]
    [InlineData("\"a\\\"", KeyDefect.BrokenString)]
    [InlineData("\"a\\", KeyDefect.BrokenString)]
    [InlineData("\"a\\n\"", KeyDefect.BrokenString)]
    public void Anything_else_is_refused_with_its_defect(string? header, KeyDefect expected)
    {
        Assert.False(IdempotencyKey.TryParse(header, out var key, out var defect));
        Assert.Equal(expected, defect);
        Assert.Equal(default, key);
    }

    [Theory]
    [InlineData(255, KeyDefect.None)]
    [InlineData(256, KeyDefect.TooLong)]
    [InlineData(30_000, KeyDefect.TooLong)]
    public void The_limit_counts_the_unquoted_characters(int length, KeyDefect expected)
    {
        var plain = new string('k', length);
        var escaped = string.Concat(Enumerable.Repeat("\\\"", length));

        Assert.Equal(expected, DefectOf(plain));
        Assert.Equal(expected, DefectOf($"\"{plain}\""));
        Assert.Equal(expected, DefectOf($"\"{escaped}\""));
    }

    [Fact]
    public void A_key_survives_being_written_as_a_structured_field() =>
        Property.Holds(Texts.Key, value =>
        {
            var field = '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
            return IdempotencyKey.TryParse(field, out var key, out _)
                && key.Value == value
                && key.ToStructuredField() == field
                && IdempotencyKey.TryParse(key.ToStructuredField(), out var again, out _)
                && again == key;
        });

    [Fact]
    public void Both_spellings_of_a_key_are_the_same_key() =>
        Property.Holds(Texts.Key.Where(value => !value.AsSpan().ContainsAny("\", ")), value =>
            IdempotencyKey.TryParse(value, out var bare, out _)
            && IdempotencyKey.TryParse(bare.ToStructuredField(), out var quoted, out _)
            && bare == quoted
            && bare.GetHashCode() == quoted.GetHashCode());

    [Theory]
    [InlineData("k-1", "k-1")]
    [InlineData("\"k-1\"", "k-1")]
    [InlineData("\"k 1\"", "\"k 1\"")]
    [InlineData("\"a,b\"", "\"a,b\"")]
    [InlineData("\"\\\"\"", "\"\\\"\"")]
    public void One_spelling_stands_for_both(string header, string spelling) => Assert.Equal(spelling, Parsed(header).ToHeaderValue());

    [Fact]
    public void Any_header_is_either_a_key_or_has_a_defect() =>
        Property.Holds(Gen.OneOf(Texts.Any, Texts.Any.Select(text => '"' + text), Texts.Any.Select(text => $"\"{text}\"")), header =>
            IdempotencyKey.TryParse(header, out var key, out var defect)
                ? defect == KeyDefect.None && key.Value.Length is >= 1 and <= 255 && key.Value.All(c => c is >= ' ' and <= '~')
                : defect != KeyDefect.None && key == default,
            times: 20_000);

    [Fact]
    public void A_bare_value_is_kept_without_copying_it()
    {
        var header = new string('k', 36);

        Assert.Same(header, Parsed(header).Value);
    }

    [Fact]
    public void Parsing_allocates_the_one_string_and_nothing_else()
    {
        const int Times = 1_000;
        var bare = new string('k', 36);
        var quoted = $"\"{bare}\"";
        var oneString = AllocatedBy(() => _ = new string('k', 36));

        Assert.Equal(0, AllocatedBy(() => DefectOf(bare)));
        Assert.Equal(oneString, AllocatedBy(() => DefectOf(quoted)));

        static long AllocatedBy(Action action)
        {
            action();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Times; i++)
                action();
            return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
        }
    }

    [Fact]
    public void The_default_key_is_unusable_and_no_key_shows_itself_in_text()
    {
        Assert.Throws<InvalidOperationException>(() => default(IdempotencyKey).Value);
        Assert.DoesNotContain("secret-key", Parsed("secret-key").ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(default(IdempotencyKey).ToString());
    }

    private static IdempotencyKey Parsed(string header)
    {
        Assert.True(IdempotencyKey.TryParse(header, out var key, out _));
        return key;
    }

    private static KeyDefect DefectOf(string header) => IdempotencyKey.TryParse(header, out _, out var defect) ? KeyDefect.None : defect;
}
