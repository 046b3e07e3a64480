using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace TaskDashboard.Tests.Mcp;

/// <summary>A server for streamable HTTP on loopback, wired by hand: sessions by header, answers and notifications as event streams.</summary>
internal sealed class HttpMcpServer : IAsyncDisposable
{
    private const string SessionHeader = "Mcp-Session-Id";

    private readonly ConcurrentDictionary<string, StreamableHttpServerTransport> sessions = new();
    private readonly CancellationTokenSource over = new();
    private readonly WebApplication app;
    private readonly McpServerOptions options;

    private HttpMcpServer(McpServerOptions options)
    {
        this.options = options;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapPost("/mcp", PostAsync);
        app.MapGet("/mcp", GetAsync);
        app.MapDelete("/mcp", (HttpContext context) => sessions.TryRemove(context.Request.Headers[SessionHeader].ToString(), out _));
    }

    public string Url => $"{app.Urls.First()}/mcp";

    /// <summary>The headers of every request, by name.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Requests { get; } = new();

    public static async Task<HttpMcpServer> StartAsync(McpServerOptions options)
    {
        var server = new HttpMcpServer(options);
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Forgets every session, as a server does that was started anew.</summary>
    public void Forget() => sessions.Clear();

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        foreach (var session in sessions.Values) await session.DisposeAsync();
        await app.DisposeAsync();
    }

    private async Task PostAsync(HttpContext context)
    {
        Requests.Enqueue(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        var message = (await JsonSerializer.DeserializeAsync<JsonRpcMessage>(context.Request.Body, McpJsonUtilities.DefaultOptions))!;
        var id = context.Request.Headers[SessionHeader].ToString();
        if (!sessions.TryGetValue(id, out var session))
        {
            if (message is not JsonRpcRequest { Method: RequestMethods.Initialize })
            {
                context.Response.StatusCode = id.Length > 0 ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
                return;
            }

            (id, session) = Begin();
        }

        context.Response.Headers[SessionHeader] = id;
        context.Response.ContentType = "text/event-stream";
        if (await session.HandlePostRequestAsync(message, context.Response.Body, context.RequestAborted)) return;
        context.Response.ContentType = null;
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task GetAsync(HttpContext context)
    {
        if (!sessions.TryGetValue(context.Request.Headers[SessionHeader].ToString(), out var session))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, context.RequestAborted);
        context.Response.ContentType = "text/event-stream";
        try
        {
            await session.HandleGetRequestAsync(context.Response.Body, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The client went, or the server does.
        }
    }

    private (string Id, StreamableHttpServerTransport Session) Begin()
    {
        var id = Guid.NewGuid().ToString("N");
        var session = sessions[id] = new StreamableHttpServerTransport { SessionId = id };
        _ = McpServer.Create(session, options).RunAsync(over.Token);
        return (id, session);
    }
}
