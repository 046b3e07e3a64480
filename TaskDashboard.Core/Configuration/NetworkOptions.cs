namespace TaskDashboard.Core.Configuration;

/// <summary>The section <c>TaskDashboard:Network</c>: which addresses the program calls on behalf of agents and people, beyond those on the public internet.</summary>
public sealed class NetworkOptions
{
    /// <summary>Whether it may call this machine and private networks too. Default false.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Hosts that may be called wherever their addresses are: names, addresses, or <c>*.example.com</c> for every name below one.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>What is wrong with it, each with its key; nothing when it is right.</summary>
    internal IEnumerable<string> Problems() =>
        from host in AllowedHosts.Select((name, index) => (Name: name, Index: index))
        where !IsHost(host.Name)
        select $"TaskDashboard:Network:AllowedHosts:{host.Index} has to be a host such as wiki.example.com, *.example.com or 10.0.0.5, without scheme, port or path, not \"{host.Name}\".";

    private static bool IsHost(string? name)
    {
        if (string.IsNullOrEmpty(name)) return false;
        var bare = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        return Uri.CheckHostName(bare) is UriHostNameType.Dns || (bare == name && Uri.CheckHostName(bare) is UriHostNameType.IPv4 or UriHostNameType.IPv6);
    }
}
