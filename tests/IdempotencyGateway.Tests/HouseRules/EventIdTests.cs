using System.Reflection;
using System.Text.RegularExpressions;
using IdempotencyGateway.Telemetry;

namespace IdempotencyGateway.Tests.HouseRules;

/// <summary>Log event ids are unique and never reused, because alerts refer to them.</summary>
public partial class EventIdTests
{
    private const string Gateway = "src/IdempotencyGateway/";

    private static IEnumerable<string> Messages => Repository.CSharp(Gateway)
        .SelectMany(file => Message().Matches(file.Code).Select(match => $"{file.Path}: {match.Groups["id"].Value}"));

    [Fact]
    public void No_number_stands_for_two_events()
    {
        var numbers = typeof(EventIds).GetFields(BindingFlags.Public | BindingFlags.Static)
            .GroupBy(field => (int)field.GetRawConstantValue()!)
            .Where(same => same.Count() > 1);

        HouseRule.Holds("Give each event a number of its own.", numbers.Select(same => $"{same.Key}: {string.Join(", ", same.Select(f => f.Name))}"));
    }

    [Fact]
    public void No_event_is_written_in_two_places() => HouseRule.Holds(
        "Two messages under one number cannot be told apart: give the second one its own in EventIds.",
        Messages.GroupBy(message => message.Split(": ")[1]).Where(same => same.Count() > 1).SelectMany(same => same));

    [Fact]
    public void Every_message_takes_its_number_from_the_table() => HouseRule.Holds(
        "Name a constant of Telemetry/EventIds.cs as the first argument of LoggerMessage.",
        Messages.Where(message => !FromTable().IsMatch(message)));

    [Fact]
    public void There_are_messages_to_look_at() => Assert.True(Messages.Count() > 10);

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?<id>[^,)]*)")]
    private static partial Regex Message();

    [GeneratedRegex(@": (Telemetry\.)?EventIds\.\w+$")]
    private static partial Regex FromTable();
}
