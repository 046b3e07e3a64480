using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>
/// Says which addresses may be called for somebody who only names a URL: those on the public internet, and what the settings allow besides. Without it
/// an agent, or a page that it reads, could have this machine ask its own neighbours. Safe for threads.
/// </summary>
/// <param name="allowPrivateAddresses">Whether this machine and private networks are allowed as well.</param>
/// <param name="allowedHosts">Names, addresses and <c>*.name</c> patterns that are allowed wherever they lead.</param>
internal sealed class AddressPolicy(bool allowPrivateAddresses, IEnumerable<string> allowedHosts)
{
    private static readonly (IPNetwork Network, string What)[] Refused =
    [
        Range("0.0.0.0/8", "unspecified"), Range("10.0.0.0/8", "private"), Range("100.64.0.0/10", "of a carrier's own network"),
        Range("127.0.0.0/8", "loopback"), Range("169.254.0.0/16", "link-local"), Range("172.16.0.0/12", "private"), Range("192.0.0.0/24", "reserved"),
        Range("192.0.2.0/24", "for documentation"), Range("192.168.0.0/16", "private"), Range("198.18.0.0/15", "for benchmarks"),
        Range("198.51.100.0/24", "for documentation"), Range("203.0.113.0/24", "for documentation"), Range("224.0.0.0/4", "multicast"),
        Range("240.0.0.0/4", "reserved"),
        Range("::/128", "unspecified"), Range("::1/128", "loopback"), Range("64:ff9b:1::/48", "private"), Range("100::/64", "reserved"),
        Range("2001::/32", "of a tunnel"), Range("2001:db8::/32", "for documentation"), Range("fc00::/7", "private"), Range("fe80::/10", "link-local"),
        Range("fec0::/10", "private"), Range("ff00::/8", "multicast"),
    ];

    /// <summary>Where an IPv4 address stands in an IPv6 one, and from which byte on; those that the system itself takes for IPv4 are not among them.</summary>
    private static readonly (IPNetwork Network, int At)[] Embedding =
    [
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12), (IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("2002::/16"), 2),
        (IPNetwork.Parse("::/96"), 12),
    ];

    private readonly string[] allowed = [.. allowedHosts.Select(Plain)];

    /// <summary>The policy of the settings.</summary>
    public AddressPolicy(IOptions<DashboardOptions> options)
        : this(options.Value.Network.AllowPrivateAddresses, options.Value.Network.AllowedHosts)
    {
    }

    /// <summary>Why a URL may not be called, whatever its host's addresses are; null when nothing speaks against it.</summary>
    public static string? Problem(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")) return "Only http and https addresses can be called, such as https://example.com/page.";
        if (url.UserInfo.Length > 0) return "The address has a user name or password in it. Give it without.";
        return url.IdnHost.Length == 0 ? "The address names no host." : null;
    }

    /// <summary>Why a host may not be called at an address that it has; null when it may.</summary>
    /// <param name="host">As the URL names it.</param>
    /// <param name="address">One of its addresses.</param>
    public string? Problem(string host, IPAddress address)
    {
        if (allowPrivateAddresses || IsAllowed(host)) return null;
        return What(address) is { } what ? $"its address {address} is {what}, not one on the public internet" : null;
    }

    /// <summary>What an address is when it is not one on the public internet; null when it is.</summary>
    public static string? What(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return What(address.MapToIPv4());
        var bytes = address.GetAddressBytes();
        // A scope names an interface of this machine; what is compared is the address alone.
        var bare = new IPAddress(bytes);
        foreach (var (network, what) in Refused)
        {
            if (bare.AddressFamily == network.BaseAddress.AddressFamily && network.Contains(bare)) return what;
        }

        if (bare.AddressFamily != AddressFamily.InterNetworkV6) return null;
        foreach (var (network, at) in Embedding)
        {
            if (network.Contains(bare)) return What(new IPAddress(bytes.AsSpan(at, 4)));
        }

        return null;
    }

    private bool IsAllowed(string host)
    {
        var plain = Plain(host);
        return allowed.Any(pattern => pattern.StartsWith("*.", StringComparison.Ordinal)
            ? plain.EndsWith(pattern[1..], StringComparison.Ordinal) && plain.Length > pattern.Length - 1
            : plain == pattern);
    }

    /// <summary>As names are compared: in ASCII and small letters, without the dot of the root and the brackets of an address.</summary>
    private static string Plain(string host)
    {
        var bare = host.Trim('[', ']').TrimEnd('.');
        if (IPAddress.TryParse(bare, out var address)) return address.ToString();
        var isPattern = bare.StartsWith("*.", StringComparison.Ordinal);
        var name = isPattern ? bare[2..] : bare;
        try
        {
            name = new IdnMapping().GetAscii(name);
        }
        catch (ArgumentException)
        {
            // No name that could be looked up; it is compared as it is, and fits nothing but itself.
            return bare.ToLowerInvariant();
        }

        return (isPattern ? "*." : "") + name.ToLowerInvariant();
    }

    private static (IPNetwork Network, string What) Range(string network, string what) => (IPNetwork.Parse(network), what);
}
