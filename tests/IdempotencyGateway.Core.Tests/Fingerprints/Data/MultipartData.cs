using System.Text;

namespace IdempotencyGateway.Core.Tests.Fingerprints.Data;

/// <summary>A multipart body as data, independent of its encoding.</summary>
internal sealed record MultipartData(IReadOnlyList<MultipartData.Part> Parts)
{
    private static readonly string[] Words = ["a", "b", "file", "x.jpg", "my photo.jpg", "\u00E9.png", "a;b", "a=b", "", "%22", "image/jpeg"];

    /// <param name="Other">A further header of the part, or null.</param>
    internal sealed record Part(string Name, string? FileName, string? ContentType, KeyValuePair<string, string>? Other, byte[] Content)
    {
        public string Meaning() => string.Join(
            '|', Hex(Name), Hex(FileName), Hex(ContentType), Hex(Other?.Key), Hex(Other?.Value), Convert.ToHexString(Content));
    }

    public static MultipartData Any(Random random) => new([.. Enumerable.Range(0, random.Next(4)).Select(_ => AnyPart(random))]);

    public string Meaning() => string.Join(' ', Parts.Select(part => part.Meaning()));

    /// <summary>Returns a copy with one random change, which may happen to change nothing.</summary>
    public MultipartData Changed(Random random)
    {
        List<Part> parts = [.. Parts];
        var at = random.Next(parts.Count + 1);
        if (at == parts.Count || random.Next(6) == 0)
            parts.Insert(at, AnyPart(random));
        else if (random.Next(6) == 0)
            parts.RemoveAt(at);
        else if (random.Next(6) == 0)
            (parts[0], parts[at]) = (parts[at], parts[0]);
        else
            parts[at] = Changed(parts[at], random);
        return new(parts);
    }

    /// <summary>Encodes the body with a random boundary, order and case of header names, quotes, white space and last line end.</summary>
    public (string ContentType, byte[] Body) Encode(Random random)
    {
        var boundary = "----b" + random.Next().ToString("x8", null) + random.Next().ToString("x8", null);
        var body = new MemoryStream();
        foreach (var part in Parts)
        {
            Write(body, $"--{boundary}\r\n");
            var headers = Headers(part, random);
            random.Shuffle(headers);
            foreach (var header in headers)
                Write(body, header + "\r\n");
            Write(body, "\r\n");
            body.Write(part.Content);
            Write(body, "\r\n");
        }
        Write(body, $"--{boundary}--{(random.Next(2) == 0 ? "\r\n" : "")}");
        var spelled = random.Next(2) == 0 ? boundary : $"\"{boundary}\"";
        return ($"multipart/form-data;{(random.Next(2) == 0 ? " " : "")}boundary={spelled}", body.ToArray());
    }

    public override string ToString() => Meaning();

    private static string[] Headers(Part part, Random random)
    {
        var disposition = $"form-data{Semicolon(random)}name={Value(part.Name, random)}"
            + (part.FileName is null ? "" : $"{Semicolon(random)}filename={Value(part.FileName, random)}");
        string?[] headers =
        [
            Header("Content-Disposition", disposition, random),
            part.ContentType is null ? null : Header("Content-Type", part.ContentType, random),
            part.Other is { } other ? Header(other.Key, other.Value, random) : null,
        ];
        return [.. headers.OfType<string>()];
    }

    private static string Header(string name, string value, Random random) =>
        (random.Next(2) == 0 ? name : name.ToUpperInvariant()) + (random.Next(2) == 0 ? ":" : ": ") + value;

    private static string Semicolon(Random random) => random.Next(3) switch { 0 => ";", 1 => "; ", _ => " ;\t" };

    /// <summary>A parameter value, quoted at random if it is a token, which needs no quotes.</summary>
    private static string Value(string text, Random random) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '%') && random.Next(2) == 0 ? text : $"\"{text}\"";

    private static Part Changed(Part part, Random random) => random.Next(5) switch
    {
        0 => part with { Name = Word(random) },
        1 => part with { FileName = part.FileName is null ? Word(random) : null },
        2 => part with { ContentType = part.ContentType == "image/png" ? "image/jpeg" : "image/png" },
        3 => part with { Other = part.Other is null ? new("content-transfer-encoding", "base64") : null },
        _ when part.Content.Length > 0 && random.Next(2) == 0 => part with { Content = Flipped(part.Content, random) },
        _ => part with { Content = [.. part.Content, (byte)random.Next(256)] },
    };

    private static byte[] Flipped(byte[] content, Random random)
    {
        byte[] flipped = [.. content];
        flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static Part AnyPart(Random random) => new(
        Word(random),
        random.Next(2) == 0 ? Word(random) : null,
        random.Next(2) == 0 ? "image/jpeg" : null,
        random.Next(4) == 0 ? new("x-part", "v" + Word(random).Trim()) : null,
        AnyContent(random));

    private static byte[] AnyContent(Random random)
    {
        if (random.Next(3) == 0)
            return Encoding.UTF8.GetBytes(random.Next(2) == 0 ? "\r\n--" : "--\r\n\r\n--b");
        var content = new byte[random.Next(50)];
        random.NextBytes(content);
        return content;
    }

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static string Hex(string? text) => text is null ? "none" : Convert.ToHexString(Encoding.UTF8.GetBytes(text)) + ".";

    private static void Write(MemoryStream body, string text) => body.Write(Encoding.UTF8.GetBytes(text));
}
