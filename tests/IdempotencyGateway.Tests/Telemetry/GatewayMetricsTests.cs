using IdempotencyGateway.Core.Stores;
using IdempotencyGateway.Problems;
using IdempotencyGateway.Recording;
using IdempotencyGateway.Telemetry;
using IdempotencyGateway.Tests.Testing;

namespace IdempotencyGateway.Tests.Telemetry;

public sealed class GatewayMetricsTests : MetricsTest
{
    [Fact]
    public void Every_outcome_has_a_label_of_its_own()
    {
        foreach (var outcome in Enum.GetValues<ExchangeOutcome>())
            Metrics.RequestEnded("r", outcome);

        var text = Text();
        Assert.All(
            Enum.GetValues<ExchangeOutcome>(),
            outcome => Assert.Equal(1, ObservedGateway.Value(text, $$"""idempotency_gateway_requests_total{outcome="{{outcome.Label()}}",route="r"}""")));
    }

    [Theory]
    [InlineData(ExchangeOutcome.Replayed, true)]
    [InlineData(ExchangeOutcome.InProgress, true)]
    [InlineData(ExchangeOutcome.InDoubt, true)]
    [InlineData(ExchangeOutcome.NotRetained, true)]
    [InlineData(ExchangeOutcome.Erased, true)]
    [InlineData(ExchangeOutcome.Executed, false)]
    [InlineData(ExchangeOutcome.Mismatch, false)]
    [InlineData(ExchangeOutcome.OutcomeUnknown, false)]
    [InlineData(ExchangeOutcome.StoreUnavailable, false)]
    public void A_repetition_kept_from_the_provider_is_a_duplicate_avoided(ExchangeOutcome outcome, bool avoided)
    {
        Metrics.RequestEnded("r", outcome);

        Assert.Equal(avoided ? 1.0 : null, ObservedGateway.Value(Text(), """idempotency_gateway_duplicates_avoided_total{route="r"}"""));
    }

    [Fact]
    public void A_refused_configuration_is_told_until_one_is_taken()
    {
        Assert.Equal(1, ObservedGateway.Value(Text(), "idempotency_gateway_config_last_reload_successful"));
        Metrics.ConfigurationRejected();
        Assert.Equal(0, ObservedGateway.Value(Text(), "idempotency_gateway_config_last_reload_successful"));
        Metrics.ConfigurationTaken();
        Assert.Equal(1, ObservedGateway.Value(Text(), "idempotency_gateway_config_last_reload_successful"));
        Assert.Equal(1, ObservedGateway.Value(Text(), """idempotency_gateway_config_reloads_total{result="rejected"}"""));
    }

    [Fact]
    public void Whoever_waits_is_counted_while_waiting()
    {
        Metrics.WaitBegan();
        Metrics.WaitBegan();
        Metrics.WaitEnded();

        Assert.Equal(1, ObservedGateway.Value(Text(), "idempotency_gateway_waiters"));
    }

    [Fact]
    public void A_measurement_allocates_nothing()
    {
        Measure();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            Measure();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Records all measurements of one request.</summary>
    private void Measure()
    {
        Metrics.RequestEnded("r", ExchangeOutcome.Replayed);
        Metrics.ExchangeTook("r", ExchangeOutcome.Replayed, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(1));
        Metrics.StoreAnswered(StoreVerb.Claim, TimeSpan.FromMilliseconds(1));
        Metrics.StoreFailed(StoreVerb.Complete, StoreFailure.Full);
        Metrics.ProblemTold(GatewayProblem.Erased);
        Metrics.RecordPutInDoubt();
        Metrics.LeaseLost();
        Metrics.WriteDeferred(DeferredEnd.Answer);
        Metrics.DeferredWriteDone(DeferredEnd.Answer);
        Metrics.DeferredWriteDropped(DeferredEnd.Answer);
        Metrics.WaitBegan();
        Metrics.WaitEnded();
    }
}
