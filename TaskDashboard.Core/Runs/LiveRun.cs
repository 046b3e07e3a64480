using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// A run that this process owns, from before its claim is written until after its end is: where verbs reach it (stop, pause, messages).
/// Safe for threads.
/// </summary>
internal sealed class LiveRun : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<InboxMessage> inbox = [];
    private readonly HashSet<string> read = [];
    private TaskCompletionSource? inboxArrival;
    private TaskCompletionSource? pause;
    private CancellationTokenSource? step;
    private ITimer? timeout;

    public LiveRun(string taskId, string runId, RunCause cause, AgentDefinition agent)
    {
        TaskId = taskId;
        RunId = runId;
        Cause = cause;
        Agent = agent;
        Stopped = stop.Token;
    }

    public string TaskId { get; }

    public string RunId { get; }

    public RunCause Cause { get; }

    public AgentDefinition Agent { get; }

    /// <summary>Fires when the run has to end, for whichever cause.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Why the run has to end; null while it may go on. The first cause stays.</summary>
    public RunStop? Stop { get; private set; }

    /// <summary>Completes when the end of the run is on disk, or when it was left for the next process.</summary>
    public Task Settled => settled.Task;

    /// <summary>Asks the run to end. No model or tool call starts once this has returned.</summary>
    public void RequestStop(RunStop cause)
    {
        lock (gate)
        {
            if (Stop is not null) return;
            Stop = cause;
            pause?.TrySetResult();
            inboxArrival?.TrySetResult();
        }

        // Outside the lock: callbacks of the token run here.
        stop.Cancel();
    }

    /// <summary>Ends the run by itself after a time.</summary>
    public void StopAfter(TimeSpan time, TimeProvider clock) =>
        timeout = clock.CreateTimer(_ => RequestStop(new RunStop(RunStopKind.Timeout, $"It ran longer than its timeout of {time}.")), null, time, Timeout.InfiniteTimeSpan);

    /// <summary>A token for one step: fires with the run's, and when a message interrupts the step.</summary>
    public CancellationToken BeginStep()
    {
        lock (gate)
        {
            step?.Dispose();
            step = CancellationTokenSource.CreateLinkedTokenSource(Stopped);
            if (inbox.Exists(message => message.Mode == MessageMode.Interrupt)) step.Cancel();
            return step.Token;
        }
    }

    /// <summary>True between <see cref="RequestPause"/> and <see cref="Resume"/>.</summary>
    public bool PauseRequested
    {
        get { lock (gate) return pause is not null; }
    }

    public void RequestPause()
    {
        lock (gate) pause ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        lock (gate)
        {
            pause?.TrySetResult();
            pause = null;
        }
    }

    /// <summary>Completes when the run may go on, or has to end.</summary>
    public Task WhilePausedAsync()
    {
        lock (gate) return pause?.Task ?? Task.CompletedTask;
    }

    /// <summary>Hands over a message that is on disk.</summary>
    public void Deliver(InboxMessage message)
    {
        CancellationTokenSource? interrupted = null;
        lock (gate)
        {
            // The run may have read it from the store before its sender came here.
            if (read.Contains(message.Entry.MessageId)) return;
            inbox.Add(message);
            inboxArrival?.TrySetResult();
            if (message.Mode == MessageMode.Interrupt) interrupted = step;
        }

        try
        {
            interrupted?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The step ended by itself in this moment; the message is read before the next one.
        }
    }

    /// <summary>Takes out the messages that are due, in the order in which they came.</summary>
    /// <param name="turnEnded">True at the end of a turn, when queued ones are due too.</param>
    public IReadOnlyList<InboxMessage> TakeMessages(bool turnEnded)
    {
        lock (gate)
        {
            if (inbox.Count == 0) return [];
            var due = inbox.FindAll(message => turnEnded || message.Mode is MessageMode.Steer or MessageMode.Interrupt);
            inbox.RemoveAll(due.Contains);
            return due;
        }
    }

    /// <summary>Takes out messages that the run has been given otherwise.</summary>
    public void Forget(IReadOnlyList<ChatEntry> entries)
    {
        lock (gate)
        {
            read.UnionWith(entries.Select(entry => entry.MessageId));
            inbox.RemoveAll(message => read.Contains(message.Entry.MessageId));
        }
    }

    /// <summary>Completes when a message is there, or the run has to end.</summary>
    public Task WhenMessageAsync()
    {
        lock (gate)
        {
            if (inbox.Count > 0 || Stop is not null) return Task.CompletedTask;
            inboxArrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return inboxArrival.Task;
        }
    }

    public void MarkSettled() => settled.TrySetResult();

    public void Dispose()
    {
        timeout?.Dispose();
        lock (gate) step?.Dispose();

        // Not the source behind Stopped: a stop may be requested in this very moment, and without a timer it holds nothing that needs disposing.
    }
}

/// <summary>A stored message on its way into a run.</summary>
internal sealed record InboxMessage(ChatEntry Entry, MessageMode Mode);

/// <summary>Why a run has to end before its own end.</summary>
internal sealed record RunStop(RunStopKind Kind, string Text);

/// <summary>Kinds of stops from outside.</summary>
internal enum RunStopKind
{
    /// <summary>Somebody cancelled the task.</summary>
    Cancel,

    /// <summary>It took too long.</summary>
    Timeout,

    /// <summary>The process is stopping: the run is left as it is, for the next process to go on with.</summary>
    Drain,
}
