using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TaskDashboard.Load.Processes;

namespace TaskDashboard.Load.Model;

/// <summary>A model server on loopback that speaks the OpenAI protocol and whose every model is a behaviour, see <see cref="ModelBehaviour"/>.</summary>
internal sealed class ModelServer : IDisposable
{
    public const string Verb = "model-server";
    public const string GatePath = "/gate";
    public const string OpenGatePath = "/gate/open";
    public const string FinishPath = "/finish";

    private const int FloodTokensPerFlush = 16;

    private TaskCompletionSource gate = NewGate();
    private CancellationTokenSource finish = new();
    private int waiting;

    public static async Task RunAsync()
    {
        using var server = new ModelServer();
        await ReadyLine.ServeAsync(server.HandleAsync);
    }

    public void Dispose() => finish.Dispose();

    private async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/v1/chat/completions":
                await CompleteAsync(context);
                break;

            case "/v1/models":
                await context.Response.WriteAsync("{\"object\":\"list\",\"data\":[{\"id\":\"one\",\"object\":\"model\",\"created\":0,\"owned_by\":\"load\"}]}");
                break;

            // How many answers wait at the gate.
            case GatePath:
                await context.Response.WriteAsync($"{Volatile.Read(ref waiting)}");
                break;

            case OpenGatePath:
                Interlocked.Exchange(ref gate, NewGate()).SetResult();
                break;

            // Every paced answer ends where it is, as a whole answer.
            case FinishPath:
                using (var present = Interlocked.Exchange(ref finish, new CancellationTokenSource())) await present.CancelAsync();
                break;

            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        using var request = await JsonDocument.ParseAsync(context.Request.Body, default, cancellationToken);
        var model = request.RootElement.GetProperty("model").GetString() ?? "";
        if (ModelBehaviour.Parse(model) is not { } behaviour)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await context.Response.WriteAsync("{\"error\":{\"message\":\"There is no such model.\",\"type\":\"invalid_request_error\",\"code\":\"model_not_found\"}}", cancellationToken);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        try
        {
            var body = context.Response.BodyWriter;
            var answer = new ModelAnswer(body, model);
            if (behaviour.Gated)
            {
                await body.FlushAsync(cancellationToken);
                await WaitAtGateAsync(cancellationToken);
            }

            await SpeakAsync(behaviour, answer, body, cancellationToken);
            answer.WriteEnd(behaviour.Tokens);
            await body.FlushAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller went away; there is nobody left to answer.
        }
    }

    private async Task SpeakAsync(ModelBehaviour behaviour, ModelAnswer answer, PipeWriter body, CancellationToken cancellationToken)
    {
        switch (behaviour.Kind)
        {
            case ModelKind.One:
                answer.WriteStampedToken();
                break;

            case ModelKind.Paced:
                await SpeakPacedAsync(behaviour, answer, body, cancellationToken);
                break;

            case ModelKind.Flood:
                for (var i = 0; i < behaviour.Tokens; i++)
                {
                    answer.WriteFloodToken(i);
                    if (i % FloodTokensPerFlush == FloodTokensPerFlush - 1) await body.FlushAsync(cancellationToken);
                }

                break;

            case ModelKind.Past:
                for (var i = 0; i < behaviour.Tokens; i++) answer.WriteFloodToken(i);
                await body.FlushAsync(cancellationToken);
                await WaitAtGateAsync(cancellationToken);
                break;
        }
    }

    private async Task SpeakPacedAsync(ModelBehaviour behaviour, ModelAnswer answer, PipeWriter body, CancellationToken cancellationToken)
    {
        var finished = Volatile.Read(ref finish).Token;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < behaviour.Tokens; i++)
        {
            var wait = TimeSpan.FromSeconds(i / behaviour.PerSecond) - Stopwatch.GetElapsedTime(begin);
            if (wait > TimeSpan.FromMilliseconds(1)) await Task.Delay(wait, finished).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (finished.IsCancellationRequested) return;
            cancellationToken.ThrowIfCancellationRequested();
            answer.WriteStampedToken();
            await body.FlushAsync(cancellationToken);
        }
    }

    private async Task WaitAtGateAsync(CancellationToken cancellationToken)
    {
        var opened = Volatile.Read(ref gate).Task;
        Interlocked.Increment(ref waiting);
        try
        {
            await opened.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
