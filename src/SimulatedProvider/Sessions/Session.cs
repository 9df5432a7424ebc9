namespace SimulatedProvider.Sessions;

/// <summary>One verification session.</summary>
internal sealed class Session(long number, Guid id, SessionDetails details)
{
    private volatile string _status = "Not Started";

    public long Number => number;

    public Guid Id => id;

    public SessionDetails Details => details;

    public string Status
    {
        get => _status;
        set => _status = value;
    }
}
