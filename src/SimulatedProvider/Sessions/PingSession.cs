using SimulatedProvider.Exchange;

namespace SimulatedProvider.Sessions;

/// <summary><c>POST /v3/session/{id}/ping/</c>: an action that needs neither a body nor an existing session.</summary>
internal sealed class PingSession(SessionBook sessions, Guid id) : Operation
{
    public override Answer Execute()
    {
        Output.Write("{\"session_id\":\""u8);
        Output.Write(id);
        Output.Write("\",\"ping_number\":"u8);
        Output.Write(sessions.Ping());
        Output.Write("}"u8);
        return new Answer(200, Output.Written, HadEffect: true);
    }
}
