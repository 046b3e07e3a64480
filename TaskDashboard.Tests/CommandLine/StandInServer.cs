using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>A server on loopback that a test writes the answers of, for what the real one does not do by itself: break, refuse, be of another version.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<StandInRequest> requests = new();

    private StandInServer(Func<StandInRequest, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var request = new StandInRequest(context.Request.Method, context.Request.Path.Value!, context.Request.QueryString.Value!, context.Request.Headers.Authorization.ToString(), await reader.ReadToEndAsync());
            requests.Enqueue(request);
            await answer(request, context);
        });
    }

    public Uri Url => new(app.Urls.Single());

    public IReadOnlyList<StandInRequest> Requests => [.. requests];

    public static async Task<StandInServer> StartAsync(Func<StandInRequest, HttpContext, Task> answer)
    {
        var server = new StandInServer(answer);
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    public static Task Json(HttpContext context, object answer, int status = 200)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer);
    }

    public static Task Problem(HttpContext context, int status, string code, string detail)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/problem+json");
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { type = "about:blank", title = "No", status, detail, code }));
    }

    /// <summary>One frame of an event stream, at once.</summary>
    public static async Task FrameAsync(HttpContext context, string name, object json)
    {
        context.Response.ContentType ??= "text/event-stream";
        await context.Response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(json)}\n\n");
        await context.Response.Body.FlushAsync();
    }
}

internal sealed record StandInRequest(string Method, string Path, string Query, string Authorization, string Body);
