using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Stores.Redis;

/// <summary>
/// The Lua script of one operation, from its file in <c>Lua/</c>, which documents arguments and replies. Each runs as one atomic step on one key.
/// </summary>
internal sealed class RecordScript
{
    public static readonly RecordScript Claim = Load("claim");
    public static readonly RecordScript MarkSent = Load("mark-sent");
    public static readonly RecordScript Renew = Load("renew");
    public static readonly RecordScript Complete = new(EmbeddedScript.Read("complete-sent") + EmbeddedScript.Read("record") + EmbeddedScript.Read("complete"));
    public static readonly RecordScript Hold = Load("hold");
    public static readonly RecordScript Release = Load("release");
    public static readonly RecordScript Withdraw = Load("withdraw");
    public static readonly RecordScript Find = Load("find");
    public static readonly RecordScript Resolve = Load("resolve");
    public static readonly RecordScript Erase = Load("erase");
    public static readonly RecordScript NoteSubject = Load("note-subject");
    public static readonly RecordScript OrderErasure = Load("order-erasure");
    public static readonly RecordScript EndErasure = Load("end-erasure");

    /// <summary>Counts sightings. It uses no records, so it does not need <c>record.lua</c>, and takes any number of tracks.</summary>
    public static readonly RecordScript See = new(EmbeddedScript.Read("see"));

    private RecordScript(string text)
    {
        Text = text;
        Sha1 = HashAsRedisDoes(text);
        Name = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Sha1));
    }

    public string Text { get; }

    /// <summary>The hash for EVALSHA, in the form that the client library takes.</summary>
    public byte[] Sha1 { get; }

    /// <summary>The same hash as hex digits.</summary>
    public byte[] Name { get; }

    private static RecordScript Load(string name) => new(EmbeddedScript.Read("record") + EmbeddedScript.Read(name));

    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1; nothing is kept secret or proven with it.")]
    private static byte[] HashAsRedisDoes(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
}
