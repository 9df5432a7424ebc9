using SimulatedProvider.Exchange;
using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace SimulatedProvider.Control;

/// <summary>Handles the simulator's own routes under <c>/_simulator</c>. They are never counted and never affected by faults.</summary>
internal sealed class ControlPlane(ExecutionLog executions, FaultSwitches faults)
{
    private const string Root = "/_simulator";
    private const int MaxBodyBytes = 64 * 1024;

    private static readonly Answer Done = new(204, default);

    public static bool Owns(HttpRequest request) =>
        request.Path.Value is { } path && path.StartsWith(Root, StringComparison.Ordinal)
        && (path.Length == Root.Length || path[Root.Length] == '/');

    public async Task HandleAsync(HttpContext context)
    {
        using var output = new PooledBuffer();
        var answer = (context.Request.Method, context.Request.Path.Value![Root.Length..]) switch
        {
            ("GET", "/executions") => new Answer(200, ExecutionReport.Write(output, executions)),
            ("DELETE", "/executions") => Reset(),
            ("GET", "/faults") => new Answer(200, FaultReport.Write(output, faults)),
            ("PUT", "/faults") => await ArmAsync(context.Request, output),
            ("DELETE", "/faults") => Clear(),
            _ => Answers.NotFound,
        };
        await AnswerWriter.WriteAsync(context.Response, answer);
    }

    private Answer Reset()
    {
        executions.Reset();
        return Done;
    }

    private Answer Clear()
    {
        faults.Clear();
        return Done;
    }

    private async ValueTask<Answer> ArmAsync(HttpRequest request, PooledBuffer output)
    {
        using var body = new PooledBuffer();
        if (!await BodyIntake.TryReadAsync(request, body, MaxBodyBytes))
            return Answers.TooLarge;
        var rules = FaultRulesJson.Parse(body.Written, out var errors);
        if (errors.Count > 0)
            return new Answer(400, FaultReport.Write(output, errors));
        faults.Replace(gate => [.. rules.Select(rule => rule.Arm(gate))]);
        return new Answer(200, FaultReport.Write(output, faults));
    }
}
