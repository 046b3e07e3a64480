using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using TaskDashboard.Core.Processes;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>Reaches servers for good: programs by way of <see cref="ProcessRunner"/>, so that nothing is left of them; addresses by HTTP, past every proxy.</summary>
/// <remarks>An address may be on this machine or in a private network: who configures an agent has chosen it.</remarks>
internal sealed class McpTransports(ProcessRunner processes, ILoggerFactory loggers) : IMcpTransports
{
    /// <summary>Far more than is shown of a line, so that what is cut off is nothing that anybody sees.</summary>
    private const int MaxLine = 16 * 1024;

    private static readonly TimeSpan UntilExitIsKnown = TimeSpan.FromMilliseconds(500);

    private readonly ILogger logger = loggers.CreateLogger<McpTransports>();

    public Task<McpLine> OpenAsync(McpServerDefinition server, string folder, Action<string> log) => server.Transport switch
    {
        McpTransport.Stdio => StartAsync(server, folder, log),
        McpTransport.Http => Task.FromResult(Call(server)),
        _ => throw new ArgumentOutOfRangeException(nameof(server), server.Transport, "There is no such transport."),
    };

    private async Task<McpLine> StartAsync(McpServerDefinition server, string folder, Action<string> log)
    {
        Directory.CreateDirectory(folder);
        var process = await processes.StartAsync(new ProcessOrder(server.Command!, server.Arguments, folder, Timeout.InfiniteTimeSpan) { Environment = server.Environment });
        var reading = ReadAsync(process.Errors, log);
        log($"Started as process {process.Id.ToString(CultureInfo.InvariantCulture)}.");
        var output = new BoundedAnswers(process.Output, breaks: 1);
        return new McpLine(new StreamClientTransport(process.Input, output), async () =>
        {
            await process.DisposeAsync();
            await Task.WhenAny(reading, Task.Delay(UntilExitIsKnown));
        })
        {
            WhyBrokenAsync = async () =>
            {
                if (output.Problem is { } problem) return problem;

                // The pipe closes a moment before the system tells of the exit; a server that only closed its output goes on.
                await Task.WhenAny(process.Exited, Task.Delay(UntilExitIsKnown));
                return process.Exited.IsCompletedSuccessfully
                    ? $"The program ended with exit code {(await process.Exited).ToString(CultureInfo.InvariantCulture)}."
                    : "The program closed its output.";
            },
        };
    }

    private static McpLine Call(McpServerDefinition server)
    {
        // A client of its own for each connection: nothing of one server's cookies or credentials reaches another.
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        var client = new HttpClient(new BoundedAnswersHandler(handler)) { Timeout = Timeout.InfiniteTimeSpan };
        var transport = new HttpClientTransport(
            new HttpClientTransportOptions
            {
                Endpoint = new Uri(server.Url!),
                Name = server.Name,
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = server.Headers.ToDictionary(StringComparer.Ordinal),
            },
            client, loggerFactory: null, ownsHttpClient: true);
        return new McpLine(transport, transport.DisposeAsync);
    }

    private async Task ReadAsync(Stream errors, Action<string> log)
    {
        try
        {
            // A line without an end must not fill the memory. Only its beginning is told: nobody would find a secret that is cut in two.
            var buffer = new char[4096];
            using var reader = new StreamReader(errors, new UTF8Encoding(false));
            var line = new StringBuilder();
            while (await reader.ReadAsync(buffer) is var count and > 0)
            {
                foreach (var character in buffer.AsSpan(0, count))
                {
                    if (character is '\n' or '\r') Tell(line, log);
                    else if (line.Length < MaxLine) line.Append(character);
                }
            }

            Tell(line, log);
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            logger.LogDebug(closed, "What a server writes beside its answers ended with its process.");
        }
    }

    private static void Tell(StringBuilder line, Action<string> log)
    {
        var text = line.ToString().TrimEnd();
        line.Clear();
        if (text.Length > 0) log(text);
    }
}
