using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// A model server on loopback, over real HTTP and real event streams. Answers are taken from a script in the order of the
/// requests; the last one is repeated. The protocol is the derived class's.
/// </summary>
public abstract class FakeModelServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<RecordedModelRequest> requests = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<int, RecordedModelRequest, ModelServerAnswer> script = (_, _) => ModelServerAnswer.Of(ModelServerStep.Text("ok"));
    private int count;

    protected FakeModelServer(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost(path, AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<RecordedModelRequest> Requests => [.. requests];

    /// <summary>
    /// What a <see cref="ModelServerStep.Cut"/> waits for. A torn connection takes along what its reader has not read yet, so a
    /// test that wants a partial answer lets the cut happen when it has that part.
    /// </summary>
    public Task BeforeCut { get; set; } = Task.CompletedTask;

    /// <summary>Completes when a client went away in the middle of an answer.</summary>
    public Task Abandoned => abandoned.Task;

    /// <summary>Sets the answers to come, in order.</summary>
    public void Answers(params ModelServerAnswer[] answers) => script = (index, _) => answers[Math.Min(index, answers.Length - 1)];

    /// <summary>Lets a function answer; it is given the number of the request, from 0.</summary>
    public void Answers(Func<int, RecordedModelRequest, ModelServerAnswer> script) => this.script = script;

    public async Task StartAsync()
    {
        await app.StartAsync();
        Address = new Uri(app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        // Not disposed: a test may stop its server, and the fixture does so once more.
        await stopping.CancelAsync();
        await app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task WriteAsync(ModelServerStream stream, IReadOnlyList<ModelServerStep> steps);

    private async Task AnswerAsync(HttpContext context)
    {
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body, cancellationToken: context.RequestAborted);
        var key = context.Request.Headers.Authorization.ToString() is { Length: > 0 } bearer ? bearer : context.Request.Headers["x-api-key"].ToString();
        var request = new RecordedModelRequest(context.Request.Path, key, body);
        requests.Enqueue(request);
        var answer = script(Interlocked.Increment(ref count) - 1, request);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping.Token);
        try
        {
            if (answer.Hang) await Task.Delay(Timeout.Infinite, gone.Token);
            context.Response.StatusCode = answer.Status;
            if (answer.RetryAfter is not null) context.Response.Headers.RetryAfter = answer.RetryAfter;
            if (answer.Status != 200)
            {
                await context.Response.WriteAsync(answer.Body, gone.Token);
                return;
            }

            context.Response.ContentType = answer.ContentType;
            if (answer.Body.Length > 0) await context.Response.WriteAsync(answer.Body, gone.Token);
            else await WriteAsync(new ModelServerStream(context.Response, gone.Token), answer.Steps);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            abandoned.TrySetResult();
        }
        catch (ModelServerCutException)
        {
            await BeforeCut.WaitAsync(TimeSpan.FromSeconds(10));
            context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
        }
    }
}

/// <summary>Writes frames of an event stream, each at once.</summary>
public sealed class ModelServerStream(HttpResponse response, CancellationToken gone)
{
    public async Task FrameAsync(string data, string? type = null)
    {
        if (type is not null) await response.WriteAsync($"event: {type}\n", gone);
        await response.WriteAsync($"data: {data}\n\n", gone);
        await response.Body.FlushAsync(gone);
    }

    /// <summary>Does what is the same in every protocol; false when the step is the protocol's.</summary>
    public async Task<bool> TryFaultAsync(ModelServerStep step)
    {
        switch (step)
        {
            case ModelServerStep.StallStep:
                await response.Body.FlushAsync(gone);
                await Task.Delay(Timeout.Infinite, gone);
                return true;
            case ModelServerStep.CutStep:
                throw new ModelServerCutException();
            case ModelServerStep.RawStep raw:
                await FrameAsync(raw.Data, "message_start");
                return true;
            default:
                return false;
        }
    }
}

/// <summary>The script tears the connection down here.</summary>
public sealed class ModelServerCutException : Exception;
