using System.Numerics;
using IdempotencyGateway.Configuration.Reading;

namespace IdempotencyGateway.Configuration.Sections;

internal static class LimitsSection
{
    private static readonly ValueForm<long> Memory = ValueForms.Size(min: 1 << 20, max: 64L << 30);
    private static readonly ValueForm<int> Many = ValueForms.Integer(1, 1_000_000);
    private static readonly ValueForm<int> Keys = ValueForms.Integer(1, 1_000_000_000);
    private static readonly ValueForm<TimeSpan> Window = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    private static readonly ValueForm<long> Line = ValueForms.Size(min: 256, max: 1 << 20);
    private static readonly ValueForm<long> Headers = ValueForms.Size(min: 1 << 10, max: 1 << 20);
    private static readonly ValueForm<int> MaxHeaders = ValueForms.Integer(10, 10_000);
    private static readonly ValueForm<TimeSpan> HeadTimeout = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
    private static readonly ValueForm<TimeSpan> Idle = ValueForms.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    private static readonly ValueForm<long> Pace = ValueForms.Size(min: 0, max: 1 << 20);

    // Kestrel checks the rate once a second.
    private static readonly ValueForm<TimeSpan> Grace = ValueForms.Duration(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10));

    public static LimitsSnapshot Read(SectionReader section)
    {
        var defaults = new LimitsSnapshot();
        var requests = section.Section("Requests");
        var executions = section.Section("Executions");
        var waiters = section.Section("Waiters");
        var keys = section.Section("NewKeys");
        var requestsOfAll = requests.Value("Total", defaults.Requests, Many);
        var executionsOfAll = executions.Value("Total", defaults.Executions, Many);
        var waitersOfAll = waiters.Value("Total", defaults.Waiters, Many);
        var bodiesOfAll = section.Value("BufferedBodies", defaults.BufferedBodiesBytes, Memory);
        return new()
        {
            Connections = section.Value("Connections", defaults.Connections, Many),
            IdleConnections = section.Value("IdleConnections", defaults.IdleConnections, Idle),
            Requests = requestsOfAll,
            RequestsPerCaller = ReadPart(requests, "PerCaller", defaults.RequestsPerCaller, Many, "Total", requestsOfAll),
            Executions = executionsOfAll,
            ExecutionsPerCaller = ReadPart(executions, "PerCaller", defaults.ExecutionsPerCaller, Many, "Total", executionsOfAll),
            Waiters = waitersOfAll,
            WaitersPerCaller = ReadPart(waiters, "PerCaller", defaults.WaitersPerCaller, Many, "Total", waitersOfAll),
            NewKeysPerCaller = keys.Value("PerCaller", defaults.NewKeysPerCaller, Keys),
            NewKeysWindow = keys.Value("Window", defaults.NewKeysWindow, Window),
            BufferedBodiesBytes = bodiesOfAll,
            BufferedBodiesPerCallerBytes = ReadPart(section, "BufferedBodiesPerCaller", defaults.BufferedBodiesPerCallerBytes, Memory, "BufferedBodies", bodiesOfAll),
            HeldAnswersBytes = section.Value("HeldAnswers", defaults.HeldAnswersBytes, Memory),
            Head = ReadHead(section.Section("Head"), defaults.Head),
            BodyPace = ReadPace(section.Section("BodyPace"), defaults.BodyPace),
        };
    }

    /// <summary>One caller's part of a total. By default it is at most half, so that other callers are left some.</summary>
    private static T ReadPart<T>(SectionReader section, string name, T usual, ValueForm<T> form, string ofAll, T all)
        where T : INumber<T>
    {
        var part = section.Value(name, T.Min(usual, T.Max(T.One, all / T.CreateChecked(2))), form);
        if (part > all && section.AreRight(name, ofAll))
            section.Reject(name, $"is more than {ofAll} allows for all callers together: lower it, or raise {ofAll}.");
        return part;
    }

    private static HeadLimits ReadHead(SectionReader section, HeadLimits defaults) => new()
    {
        RequestLineBytes = (int)section.Value("RequestLine", defaults.RequestLineBytes, Line),
        HeadersBytes = (int)section.Value("Headers", defaults.HeadersBytes, Headers),
        MaxHeaders = section.Value("MaxHeaders", defaults.MaxHeaders, MaxHeaders),
        Timeout = section.Value("Timeout", defaults.Timeout, HeadTimeout),
    };

    private static BodyPaceLimits ReadPace(SectionReader section, BodyPaceLimits defaults) => new()
    {
        BytesPerSecond = (int)section.Value("PerSecond", defaults.BytesPerSecond, Pace),
        Grace = section.Value("Grace", defaults.Grace, Grace),
    };
}
