using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TaskDashboard.Load.Client;
using TaskDashboard.Load.Processes;

namespace TaskDashboard.Load.Floor;

/// <summary>
/// The least that could answer the product's contract: Kestrel, a dictionary, one call to the model server for each task and its tokens
/// passed on as they come. No database, no pages, no agent loop. What the product adds to this is what it costs.
/// </summary>
internal sealed class FloorServer(Uri modelServer) : IDisposable
{
    public const string Verb = "floor";

    private const string TasksPath = "/api/tasks";
    private const int KeptTasks = 10_000;

    private readonly ConcurrentDictionary<string, FloorTask> tasks = new();
    private readonly ConcurrentQueue<FloorTask> byAge = new();
    private readonly ModelSource model = new(modelServer);
    private int running;

    public static async Task RunAsync(Uri modelServer)
    {
        using var server = new FloorServer(modelServer);
        await ReadyLine.ServeAsync(server.HandleAsync);
    }

    public void Dispose() => model.Dispose();

    private Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == TasksPath) return HttpMethods.IsPost(context.Request.Method) ? CreateAsync(context) : ListAsync(context);

        if (path == TasksPath + "/running/count")
            return WriteJsonAsync(context, StatusCodes.Status200OK, $"{{\"count\":{Volatile.Read(ref running)},\"waiting\":0}}");

        var rest = path.StartsWith(TasksPath + "/", StringComparison.Ordinal) ? path[(TasksPath.Length + 1)..] : "";
        var stream = rest.EndsWith("/stream", StringComparison.Ordinal);
        if (!tasks.TryGetValue(stream ? rest[..^"/stream".Length] : rest, out var task))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return stream ? StreamAsync(context, task) : WriteJsonAsync(context, StatusCodes.Status200OK, task.ToJson());
    }

    private async Task CreateAsync(HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var modelName = request.RootElement.GetProperty("model").GetString()!;
        var title = request.RootElement.GetProperty("message").GetString()!;
        var task = new FloorTask("task_" + Guid.CreateVersion7().ToString("N"), title, modelName);
        tasks[task.Id] = task;
        byAge.Enqueue(task);
        if (byAge.Count > KeptTasks && byAge.TryDequeue(out var oldest)) tasks.TryRemove(oldest.Id, out _);

        // A task belongs to no request, as in the product.
        _ = RunTaskAsync(task, modelName);
        if (context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal)) await StreamAsync(context, task);
        else await WriteJsonAsync(context, StatusCodes.Status201Created, task.ToJson());
    }

    private async Task RunTaskAsync(FloorTask task, string modelName)
    {
        Interlocked.Increment(ref running);
        try
        {
            using var answer = await model.StartAsync(modelName, CancellationToken.None);
            await answer.ReadToEndAsync(task.Append, CancellationToken.None);
            task.End("completed");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException)
        {
            Console.Error.WriteLine(failure);
            task.End("failed");
        }
        finally
        {
            Interlocked.Decrement(ref running);
        }
    }

    private static async Task StreamAsync(HttpContext context, FloorTask task)
    {
        context.Response.ContentType = "text/event-stream";
        var body = context.Response.BodyWriter;
        var frames = task.Watch();
        try
        {
            while (await frames.WaitToReadAsync(context.RequestAborted))
            {
                while (frames.TryRead(out var frame)) body.Write(frame.Span);
                await body.FlushAsync(context.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The viewer went away, which is its right.
        }
    }

    private Task ListAsync(HttpContext context)
    {
        var limit = int.TryParse(context.Request.Query["limit"], out var asked) ? asked : 50;
        var newest = byAge.Reverse().Take(limit).Select(task => task.ToJson());
        return WriteJsonAsync(context, StatusCodes.Status200OK, $"{{\"items\":[{string.Join(',', newest)}],\"next_cursor\":null,\"counts\":{{}}}}");
    }

    private static Task WriteJsonAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json)).AsTask();
    }
}
