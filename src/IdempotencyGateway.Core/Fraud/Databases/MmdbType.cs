namespace IdempotencyGateway.Core.Fraud.Databases;

/// <summary>The data types of the MaxMind DB format, version 2, by their numbers there.</summary>
internal enum MmdbType
{
    Pointer = 1,
    Text = 2,
    Number64 = 3,
    Bytes = 4,
    Unsigned16 = 5,
    Unsigned32 = 6,
    Map = 7,
    Signed32 = 8,
    Unsigned64 = 9,
    Unsigned128 = 10,
    Array = 11,
    CacheContainer = 12,
    EndMarker = 13,
    Truth = 14,
    Number32 = 15,
}
