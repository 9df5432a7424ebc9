namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>Who is behind a request, as far as trusted proxies vouch for it.</summary>
/// <param name="Address">Null when a trusted proxy does not say, says it in no way that can be read, or the two headers disagree: nothing is guessed then.</param>
/// <param name="IsPeerTrusted">The connection came from a trusted proxy: other headers of its (an edge's score) count too.</param>
/// <param name="IsSpoofed">Somebody who is not trusted claimed to speak for another address.</param>
public readonly record struct ClientAddress(NetworkAddress? Address, bool IsPeerTrusted, bool IsSpoofed)
{
    /// <summary>
    /// Where the two headers disagree, the address that each names, if any: one of them is the client. A client must not get off a list by adding the header that the proxies do
    /// not write.
    /// </summary>
    public (NetworkAddress? Older, NetworkAddress? Newer) Alleged { get; init; }

    /// <summary>Hops that are followed; a chain of more trusted ones ends nowhere.</summary>
    public const int MaxHops = 16;

    /// <summary>
    /// Each proxy adds, at the right end, whom it got the request from. So the chain is read from the right, beginning with the connection itself, for as long as
    /// who speaks is trusted: the first who is not is the client, and whatever stands further left is its own claim.
    /// </summary>
    /// <param name="peer">The other end of the connection.</param>
    /// <param name="trusted">The proxies.</param>
    /// <param name="forwardedFor">The lines of X-Forwarded-For, in the order they came.</param>
    /// <param name="forwarded">The lines of Forwarded, in the order they came.</param>
    public static ClientAddress Find(
        NetworkAddress peer, AddressList trusted, ReadOnlySpan<string?> forwardedFor, ReadOnlySpan<string?> forwarded, ForwardingHeader header)
    {
        var older = new ForwardedChain(forwardedFor, isRfc7239: false);
        var newer = new ForwardedChain(forwarded, isRfc7239: true);
        if (!trusted.Contains(peer))
            return new(peer, IsPeerTrusted: false, IsSpoofed: older.Read(out _) || newer.Read(out _));

        var countsOlder = header != ForwardingHeader.Forwarded && !older.IsEmpty;
        var countsNewer = header != ForwardingHeader.XForwardedFor && !newer.IsEmpty;
        if (countsOlder && countsNewer)
        {
            var one = Follow(peer, trusted, ref older);
            var other = Follow(peer, trusted, ref newer);
            var agree = one.Address is not null && one.Address == other.Address;
            return new(agree ? one.Address : null, IsPeerTrusted: true, one.IsSpoofed || other.IsSpoofed || !agree)
            {
                Alleged = agree ? default : (one.Address, other.Address),
            };
        }
        return countsNewer ? Follow(peer, trusted, ref newer)
            : countsOlder ? Follow(peer, trusted, ref older)
            : new(peer, IsPeerTrusted: true, IsSpoofed: false);
    }

    private static ClientAddress Follow(NetworkAddress peer, AddressList trusted, ref ForwardedChain chain)
    {
        var speaker = peer;
        for (var hop = 0; hop < MaxHops; hop++)
        {
            if (!chain.Read(out var named))
                return new(speaker, IsPeerTrusted: true, IsSpoofed: false);
            if (named is not { } next)
                return new(null, IsPeerTrusted: true, IsSpoofed: false);
            if (!trusted.Contains(next))
                return new(next, IsPeerTrusted: true, IsSpoofed: chain.Read(out _));
            speaker = next;
        }
        return new(null, IsPeerTrusted: true, IsSpoofed: false);
    }
}
