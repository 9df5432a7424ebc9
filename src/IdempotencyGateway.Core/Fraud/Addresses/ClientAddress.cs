namespace IdempotencyGateway.Core.Fraud.Addresses;

/// <summary>The client's address, as far as trusted proxies vouch for it.</summary>
/// <param name="Address">Null when a trusted proxy does not name the client, names it in an unreadable form, or when the two headers disagree. It is never guessed.</param>
/// <param name="IsPeerTrusted">The connection came from a trusted proxy, so its other headers (an edge's score) are trusted, too.</param>
/// <param name="IsSpoofed">An untrusted peer or client sent a forwarding header that names another address, or the two headers disagree.</param>
public readonly record struct ClientAddress(NetworkAddress? Address, bool IsPeerTrusted, bool IsSpoofed)
{
    /// <summary>
    /// The address that each header names, where the two disagree. One of them is the client's, so both are looked up: a client must not evade a deny list by adding the header that the
    /// proxies do not write.
    /// </summary>
    public (NetworkAddress? Older, NetworkAddress? Newer) Alleged { get; init; }

    /// <summary>The most hops that are followed. If there are more trusted ones, the address is unknown.</summary>
    public const int MaxHops = 16;

    /// <summary>
    /// Finds the client. Each proxy appends the address from which it got the request. So the chain is read from right to left, beginning with the connection's peer, for as long as
    /// the hop is a trusted proxy. The first untrusted hop is the client; everything further left is the client's own claim.
    /// </summary>
    /// <param name="peer">The other end of the connection.</param>
    /// <param name="trusted">The trusted proxies.</param>
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
