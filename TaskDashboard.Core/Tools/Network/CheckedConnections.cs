using System.Net;
using System.Net.Sockets;

namespace TaskDashboard.Core.Tools.Network;

/// <summary>
/// Opens connections to nothing but what an <see cref="AddressPolicy"/> allows. What is checked is the very address that is then connected to, so a name
/// that leads elsewhere a moment later gains nothing. Safe for threads.
/// </summary>
/// <param name="policy">Decides.</param>
/// <param name="resolve">Finds the addresses of a name; null asks the system.</param>
internal sealed class CheckedConnections(AddressPolicy policy, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>
    /// For an <see cref="HttpClient"/> that follows no redirects by itself, keeps no cookies, knows no credentials, and uses no proxy, which would connect
    /// for it and check nothing. A refused address ends the call with a <see cref="HttpRequestException"/> around an <see cref="AddressRefusedException"/>.
    /// </summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        Credentials = null,
        PreAuthenticate = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = ConnectTimeout,
        MaxResponseHeadersLength = 64,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ActivityHeadersPropagator = null,
        ConnectCallback = async (context, cancellationToken) => await ConnectAsync(context.DnsEndPoint, cancellationToken),
    };

    private async Task<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        var host = endPoint.Host;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolve(host, cancellationToken);
        var problems = addresses.Select(address => policy.Problem(host, address)).ToArray();
        var allowed = addresses.Where((_, index) => problems[index] is null).ToArray();
        if (allowed.Length == 0) throw new AddressRefusedException(host, problems.OfType<string>().FirstOrDefault() ?? "it has no address");
        for (var index = 0; ; index++)
        {
            var socket = new Socket(allowed[index].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(allowed[index], endPoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (index + 1 < allowed.Length)
            {
                // The next address of the same host may answer.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}

/// <summary>A host was not called because of where it is.</summary>
internal sealed class AddressRefusedException(string host, string why) : Exception($"{host} may not be called: {why}.");
