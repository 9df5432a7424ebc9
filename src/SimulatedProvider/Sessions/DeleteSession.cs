using SimulatedProvider.Exchange;

namespace SimulatedProvider.Sessions;

/// <summary><c>DELETE /v3/session/{id}/delete/</c>: 204 once, 404 from then on.</summary>
internal sealed class DeleteSession(SessionBook sessions, Guid id) : Operation
{
    public override Answer Execute() => sessions.Delete(id) ? new Answer(204, default, HadEffect: true) : Answers.NotFound;
}
