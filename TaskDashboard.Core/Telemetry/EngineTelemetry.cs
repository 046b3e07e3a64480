using System.Diagnostics;
using System.Diagnostics.Metrics;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using static TaskDashboard.Core.Telemetry.TelemetryNames;

namespace TaskDashboard.Core.Telemetry;

/// <summary>
/// What the engine tells of itself to whoever listens: a source of spans and a meter, both named <see cref="Name"/>, by OpenTelemetry's conventions for
/// generative AI. Where nobody listens, no span is made and no measurement is kept. One for each engine; safe for threads.
/// </summary>
/// <remarks>
/// A span is told of when it ends. What was at work when the process was killed is therefore never told: its children, told before it or made by the next
/// process, name a parent that nobody has seen, and the run that takes the work up is a span of its own.
/// </remarks>
public sealed class EngineTelemetry : IDisposable
{
    /// <summary>The name of the source and of the meter.</summary>
    public const string Name = "TaskDashboard";

    private readonly TimeProvider time;

    /// <param name="time">The clock by which spans begin and end.</param>
    public EngineTelemetry(TimeProvider time)
    {
        this.time = time;
        Metrics = new EngineMetrics(Meter);
    }

    /// <summary>Where the spans come from.</summary>
    public ActivitySource Source { get; } = new(Name);

    /// <summary>Where the metrics come from.</summary>
    public Meter Meter { get; } = new(Name);

    internal EngineMetrics Metrics { get; }

    /// <summary>Begins the span of a run. It is nobody's child but the call's that spawned the task, however long ago and in whichever process that was.</summary>
    internal RunSpan StartRun(AgentTask task, LiveRun run)
    {
        Activity? activity = null;
        if (Source.HasListeners())
        {
            // Of the code that happened to start the run there is nothing in it.
            Activity.Current = null;
            var parent = task.Settings.Trace?.ParentContext ?? default;
            TagList tags =
            [
                new(Operation, InvokeAgent),
                new(AgentId, run.Agent.Id),
                new(AgentName, run.Agent.Name),
                new(Provider, ProviderOf(task.Model)),
                new(RequestModel, ModelOf(task.Model)),
                new(ConversationId, task.ChatId),
                new(TaskId, task.Id),
                new(RunId, run.RunId),
                new(Cause, Word(run.Cause)),
                new(Attempt, task.Attempt),
            ];
            if (TaskTrace.RootOf(task) is { } root) tags.Add(RootTaskId, root);
            activity = Source.StartActivity($"{InvokeAgent} {run.Agent.Name}", ActivityKind.Internal, parent, tags, startTime: time.GetUtcNow());
        }

        return new RunSpan(new TimedSpan(activity, time), Metrics, run.Agent.Name);
    }

    /// <summary>Begins the span of one model call, over all of its attempts.</summary>
    internal ModelCallSpan StartModelCall(AgentTask task, LiveRun run, IModelProvider provider, string model, int step)
    {
        TagList tags = [new(Operation, Chat), new(Provider, provider.Vendor), new(RequestModel, model)];
        if (provider.Address is { } server)
        {
            tags.Add(ServerAddress, server.Host);
            tags.Add(ServerPort, server.Port);
        }

        Activity? activity = null;
        if (Source.HasListeners())
        {
            var more = tags;
            more.Add(RequestStream, true);
            AddTask(ref more, task, run);
            more.Add(Step, step);
            activity = Source.StartActivity($"{Chat} {model}", provider.Address is null ? ActivityKind.Internal : ActivityKind.Client, default(ActivityContext), more, startTime: time.GetUtcNow());
        }

        return new ModelCallSpan(new TimedSpan(activity, time), Metrics, tags, run.Span);
    }

    /// <summary>Begins the span of one tool call, when it is let go: what it waited for is not in it.</summary>
    /// <param name="task">The task.</param>
    /// <param name="run">Its run.</param>
    /// <param name="tool">The tool's name; null for one that does not exist, of which a model may think up any number.</param>
    /// <param name="callId">The call's id.</param>
    internal ToolCallSpan StartToolCall(AgentTask task, LiveRun run, string? tool, string callId)
    {
        tool ??= Other;
        Activity? activity = null;
        if (Source.HasListeners())
        {
            TagList tags = [new(Operation, ExecuteTool), new(ToolName, tool), new(ToolType, "function"), new(ToolCallId, callId)];
            AddTask(ref tags, task, run);
            activity = Source.StartActivity($"{ExecuteTool} {tool}", ActivityKind.Internal, default(ActivityContext), tags, startTime: time.GetUtcNow());
        }

        return new ToolCallSpan(new TimedSpan(activity, time), Metrics, tool, run.Agent.Name);
    }

    /// <summary>What a new task keeps of where it comes from; null while nobody listens, and for a task that comes from nowhere.</summary>
    /// <param name="by">The code that makes it; null for code of no task.</param>
    /// <param name="parent">The task above it; null for none.</param>
    /// <param name="parentsRun">The run of that task which is at work here; null for none.</param>
    internal TaskTrace? TraceOf(Lineage? by, AgentTask? parent, LiveRun? parentsRun)
    {
        if (!Source.HasListeners()) return null;
        var root = parent is null ? null : TaskTrace.RootOf(parent);
        return (by?.Span?.Id ?? (by?.Run ?? parentsRun)?.Span?.Id ?? TaskTrace.OfCaller(Activity.Current)) is { } above ? new TaskTrace(above, root) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        Meter.Dispose();
    }

    private static void AddTask(ref TagList tags, AgentTask task, LiveRun run)
    {
        tags.Add(ConversationId, task.ChatId);
        tags.Add(AgentId, run.Agent.Id);
        tags.Add(AgentName, run.Agent.Name);
        tags.Add(TaskId, task.Id);
        tags.Add(RunId, run.RunId);
        if (TaskTrace.RootOf(task) is { } root) tags.Add(RootTaskId, root);
    }

    private static string ProviderOf(string fullName) => fullName.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? fullName[..slash] : Other;

    private static string ModelOf(string fullName) => fullName[(fullName.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string Word(RunCause cause) => cause switch
    {
        RunCause.Start => "start",
        RunCause.Message => "message",
        RunCause.Retry => "retry",
        RunCause.Trigger => "trigger",
        RunCause.Recovery => "recovery",
        _ => Other,
    };
}
