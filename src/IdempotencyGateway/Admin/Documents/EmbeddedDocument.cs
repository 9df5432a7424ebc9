using System.Security.Cryptography;
using System.Text;

namespace IdempotencyGateway.Admin.Documents;

/// <summary>A file of this folder, embedded in the assembly.</summary>
internal sealed record EmbeddedDocument(byte[] Bytes)
{
    public static EmbeddedDocument Read(string name)
    {
        using var stream = typeof(EmbeddedDocument).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new(bytes);
    }

    /// <summary>The hash of the document's only inline element of this name, as a source in a Content-Security-Policy, so that no other script or style is allowed.</summary>
    public string HashOf(string element)
    {
        var text = Encoding.UTF8.GetString(Bytes);
        var start = text.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var end = text.IndexOf($"</{element}>", StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text[start..end])))}'";
    }
}
