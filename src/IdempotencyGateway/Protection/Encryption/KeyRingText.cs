using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IdempotencyGateway.Protection.Encryption;

/// <summary>
/// The JSON form of a key ring, in its file as in the environment:
/// <code>{ "Active": "16 hex digits", "Keys": [ { "Id": "16 hex digits", "Created": "2026-01-31T12:00:00Z", "Key": "64 hex digits" } ] }</code>
/// </summary>
internal static class KeyRingText
{
    /// <param name="where">The file or variable that it comes from, for the error message.</param>
    /// <exception cref="KeyRingException">The text is not a key ring. The message says what to change, and quotes nothing of it.</exception>
    public static KeyRing Parse(ReadOnlySpan<byte> text, string where)
    {
        RingShape? shape;
        try
        {
            shape = JsonSerializer.Deserialize(text, RingJson.Default.RingShape);
        }
        catch (JsonException e)
        {
            // Without the inner exception: its message may quote key material.
            throw new KeyRingException($"{where} is no key ring (line {e.LineNumber + 1}). Make one with: keys create.");
        }
        if (shape is not { Keys.Count: > 0 and <= KeyRing.MostKeys })
            throw new KeyRingException($"{where} holds {shape?.Keys.Count ?? 0} keys. A ring has 1 to {KeyRing.MostKeys}; make one with: keys create.");
        var keys = shape.Keys.Select((key, index) => ReadKey(key, index, where)).ToArray();
        if (keys.DistinctBy(key => key.Id).Count() != keys.Length)
            throw new KeyRingException($"{where} holds the same key twice. Keep one of them.");
        var active = Array.Find(keys, key => key.Name == shape.Active)
            ?? throw new KeyRingException($"{where} names an active key that it does not hold. Write the Id of one of its keys as Active.");
        return new(keys, active);
    }

    public static byte[] Format(KeyRing ring)
    {
        var shape = new RingShape(
            ring.Active.Name, [.. ring.Keys.Select(key => new RingKeyShape(key.Name, key.Created.UtcDateTime, Convert.ToHexStringLower(key.Bytes)))]);
        return [.. JsonSerializer.SerializeToUtf8Bytes(shape, RingJson.Default.RingShape), (byte)'\n'];
    }

    private static RingKey ReadKey(RingKeyShape? shape, int index, string where)
    {
        if (shape is null)
            throw new KeyRingException($"{where}: key {index + 1} is null. Take the ring from a copy that is whole.");
        Span<byte> bytes = stackalloc byte[RingKey.SizeInBytes];
        try
        {
            if (shape.Key.Length != 2 * bytes.Length || Convert.FromHexString(shape.Key, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
                throw new KeyRingException($"{where}: key {index + 1} is not {2 * RingKey.SizeInBytes} hex digits. Take the ring from a copy that is whole.");
            var key = new RingKey(bytes, new DateTimeOffset(shape.Created.ToUniversalTime()));
            return key.Name == shape.Id
                ? key
                : throw new KeyRingException($"{where}: key {index + 1} is not the one that its Id names. Take the ring from a copy that is whole.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}

internal sealed record RingShape(string Active, IReadOnlyList<RingKeyShape?> Keys);

internal sealed record RingKeyShape(string Id, DateTime Created, string Key);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true)]
[JsonSerializable(typeof(RingShape))]
internal sealed partial class RingJson : JsonSerializerContext;

/// <summary>The key ring cannot be used, so the gateway does not start.</summary>
public sealed class KeyRingException(string message, Exception? inner = null) : Exception(message, inner);
