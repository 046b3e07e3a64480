using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;

namespace TaskDashboard.App.Hosting;

/// <summary>
/// Keeps <see cref="ServerFile"/>: removes what a killed server has left, writes it once this one listens, with the address that it really got, and removes it
/// when it listens no more. The data directory is this process's own all the while. A file that cannot be written is told in the log and stops nothing.
/// </summary>
internal sealed class ServerAnnouncement(IServer server, IOptions<DashboardOptions> options, TimeProvider time, ILogger<ServerAnnouncement> logger) : IHostedLifecycleService
{
    private readonly string directory = options.Value.ResolvedDataDirectory;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (AddressForThisMachine(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) is not { } url) return Task.CompletedTask;
        try
        {
            new ServerFile(url, Environment.ProcessId, time.GetUtcNow()).Write(directory);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(refused, "{File} could not be written: the command line finds this server by --url only.", ServerFile.PathIn(directory));
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => RemoveAsync();

    public Task StoppedAsync(CancellationToken cancellationToken) => RemoveAsync();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Where a program on this machine reaches the server: plain HTTP where there is that; loopback where it listens on every interface. Null where there is none by TCP.</summary>
    public static string? AddressForThisMachine(IEnumerable<string> addresses) => addresses
        .Select(address => BindingAddress.Parse(address))
        .Where(address => !address.IsUnixPipe && !address.IsNamedPipe)
        .OrderBy(address => address.Scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? 0 : 1)
        .Select(address => $"{address.Scheme}://{HostForThisMachine(address.Host)}:{address.Port}{address.PathBase}")
        .FirstOrDefault();

    private Task RemoveAsync()
    {
        try
        {
            ServerFile.Remove(directory);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning(refused, "{File} could not be removed.", ServerFile.PathIn(directory));
        }

        return Task.CompletedTask;
    }

    private static string HostForThisMachine(string host) => host switch
    {
        "*" or "+" => "127.0.0.1",
        _ when IPAddress.TryParse(host, out var address) && address.Equals(IPAddress.Any) => "127.0.0.1",
        _ when IPAddress.TryParse(host, out var address) && address.Equals(IPAddress.IPv6Any) => "[::1]",
        _ => host,
    };
}
