using SimulatedProvider.Executions;
using SimulatedProvider.Faults;

namespace SimulatedProvider.Exchange;

/// <summary>
/// Takes one request through the provider: 1 count the delivery, 2 choose its faults, 3 read it whole, 4 apply the faults before
/// execution, 5 execute and count, 6 apply the faults after execution, 7 answer.
/// </summary>
internal sealed class ProviderExchange(
    SimulatedProviderOptions options, ExecutionLog executions, FaultSwitches switches, OperationTable operations, FaultStrike strike)
{
    private readonly Fault[] _always = options.Latency > TimeSpan.Zero ? [new Fault.Latency(options.Latency)] : [];

    public async Task HandleAsync(HttpContext context)
    {
        // 1
        var label = executions.RecordDelivery(context.Request);

        // 2
        if (switches.TryTakeFor(context, out var wrong) is not { } faults)
        {
            await AnswerWriter.WriteAsync(context.Response, Answers.Detail(400, $"{FaultSwitches.Header}: {wrong}"));
            return;
        }

        // 3
        using var operation = operations.For(context.Request);
        await operation.ReceiveAsync(context.Request);

        // 4
        if (_always.Length > 0 && await strike.EndsAsync(_always, FaultMoment.BeforeExecuting, context, default))
            return;
        if (faults.Count > 0 && await strike.EndsAsync(faults, FaultMoment.BeforeExecuting, context, default))
            return;

        // 5
        var answer = operation.Execute();
        if (answer.HadEffect)
            executions.RecordExecution(label);

        // 6
        if (faults.Count > 0 && await strike.EndsAsync(faults, FaultMoment.AfterExecuting, context, answer))
            return;

        // 7
        await AnswerWriter.WriteAsync(context.Response, answer);
    }
}
