using System.Diagnostics;
using IdempotencyGateway.Core.Records;

namespace IdempotencyGateway.Telemetry;

/// <summary>The gateway's own spans, children of the server's: claim, forward, record (or hold, or release), replay. Without a listener none is created and nothing is allocated.</summary>
internal static class Tracing
{
    public const string SourceName = "IdempotencyGateway";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The current span, in the form in which a record stores it.</summary>
    public static TraceReference? Current
    {
        get
        {
            if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } current)
                return null;
            Span<byte> ids = stackalloc byte[TraceReference.SizeInBytes];
            current.TraceId.CopyTo(ids[..16]);
            current.SpanId.CopyTo(ids[16..]);
            return TraceReference.Read(ids);
        }
    }

    public static Activity? Forward() => Source.StartActivity("forward");

    /// <summary>Null for operations that no request waits for: renewals, and what operators do.</summary>
    public static Activity? Ask(StoreVerb verb) => verb switch
    {
        StoreVerb.Claim => Source.StartActivity("claim"),
        StoreVerb.MarkSent => Source.StartActivity("mark sent"),
        StoreVerb.Complete => Source.StartActivity("record"),
        StoreVerb.Hold => Source.StartActivity("hold"),
        StoreVerb.Release => Source.StartActivity("release"),
        _ => null,
    };

    /// <param name="executed">The trace under which the provider answered.</param>
    public static Activity? Replay(TraceReference? executed)
    {
        if (!Source.HasListeners())
            return null;
        return Source.StartActivity("replay", ActivityKind.Internal, parentContext: default, tags: null, executed is { } trace ? [Link(trace)] : null);
    }

    private static ActivityLink Link(TraceReference trace)
    {
        Span<byte> ids = stackalloc byte[TraceReference.SizeInBytes];
        trace.Write(ids);
        return new(new(ActivityTraceId.CreateFromBytes(ids[..16]), ActivitySpanId.CreateFromBytes(ids[16..]), ActivityTraceFlags.None, isRemote: true));
    }
}
