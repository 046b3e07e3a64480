using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// Without accounts, whoever reaches the server may do everything. So it listens to this machine alone then, and says no at start to every configured
/// address beyond it.
/// </summary>
internal static class LoopbackOnly
{
    /// <summary>What is wrong with the configured addresses, in plain words; null when nothing is.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="hasAccounts">Whether people have to say who they are.</param>
    public static string? FindProblem(IConfiguration configuration, bool hasAccounts)
    {
        foreach (var url in Addresses(configuration))
        {
            if (!TryParse(url, out var address)) return $"TaskDashboard cannot listen on {url}: that is no address. Use one like http://127.0.0.1:5080.";
            if (!hasAccounts && !IsLoopback(address))
            {
                return $"TaskDashboard refuses to listen on {url}: nobody has an account yet, and with no authentication everybody there could do everything. "
                    + "Start it on http://127.0.0.1:5080, make an account under Settings, People, and start it again.";
            }
        }

        return null;
    }

    /// <summary>True for <c>localhost</c> and for every loopback address; <paramref name="host"/> without a port.</summary>
    public static bool IsLoopbackHost(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static IEnumerable<string> Addresses(IConfiguration configuration)
    {
        var urls = configuration[WebHostDefaults.ServerUrlsKey];
        if (!string.IsNullOrWhiteSpace(urls))
        {
            foreach (var url in Split(urls)) yield return url;
        }
        else
        {
            // Ports alone mean every interface of the machine; the server looks at them only where no address is configured.
            foreach (var port in Split(configuration[WebHostDefaults.HttpPortsKey])) yield return $"http://*:{port}";
            foreach (var port in Split(configuration[WebHostDefaults.HttpsPortsKey])) yield return $"https://*:{port}";
        }

        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
        {
            if (endpoint["Url"] is { Length: > 0 } url) yield return url;
        }
    }

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsLoopback(BindingAddress address) => address.IsUnixPipe || address.IsNamedPipe || IsLoopbackHost(address.Host);

    private static bool TryParse(string url, [NotNullWhen(true)] out BindingAddress? address)
    {
        try
        {
            address = BindingAddress.Parse(url);
            return true;
        }
        catch (FormatException)
        {
            address = null;
            return false;
        }
    }
}
