using System.Globalization;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Telemetry;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// A run that this process owns, from before its claim is written until after its end is: where verbs reach it (stop, pause, drain, wake).
/// What it has to read stands in its task's inbox; here it is only woken for it. Safe for threads.
/// </summary>
internal sealed partial class LiveRun : IDisposable
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationTokenSource leave = new();
    private readonly TaskCompletionSource settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource woken = NewSignal();
    private TaskCompletionSource? pause;
    private CancellationTokenSource? step;
    private RunTimeout? timeout;
    private bool holdsSlot;
    private bool givenUp;
    private bool leaving;
    private int calls;
    private int callsAtStop;
    private int openCalls;
    private int waitingCalls;
    private int round;

    public LiveRun(string taskId, string runId, RunCause cause, AgentDefinition agent)
    {
        TaskId = taskId;
        RunId = runId;
        Cause = cause;
        Agent = agent;
        Stopped = stop.Token;
        Leaving = leave.Token;
    }

    public string TaskId { get; }

    public string RunId { get; }

    public RunCause Cause { get; }

    public AgentDefinition Agent { get; }

    /// <summary>The span of the run; null before it is executed.</summary>
    public RunSpan? Span { get; set; }

    /// <summary>The answers that its tool calls wait for.</summary>
    public RunRequests Requests { get; } = new();

    /// <summary>Processes of its tools that had to be ended.</summary>
    public ProcessCount Processes { get; } = new();

    /// <summary>Fires when the run has to end, for whichever cause.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>Fires when the run has to end, or to make room for the next process: tools that are at work may still come to their end.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>Why the run has to end; null while it may go on. The first cause stays.</summary>
    public RunStop? Stop { get; private set; }

    /// <summary>When the run noticed that it has to end.</summary>
    public DateTimeOffset? AcknowledgedAt { get; private set; }

    /// <summary>Completes when the end of the run is on disk, or when it was left for the next process.</summary>
    public Task Settled => settled.Task;

    /// <summary>Model and tool calls that started after the stop was requested: 0, unless there is a defect.</summary>
    public int CallsAfterStop
    {
        get { lock (gate) return Stop is null ? 0 : calls - callsAtStop; }
    }

    /// <summary>Asks the run to end. No model or tool call starts once this has returned.</summary>
    public void RequestStop(RunStop cause)
    {
        lock (gate)
        {
            if (Stop is not null) return;
            Stop = cause;
            callsAtStop = calls;
            pause?.TrySetResult();
            woken.TrySetResult();
        }

        // Outside the lock: callbacks of the tokens run here.
        leave.Cancel();
        stop.Cancel();
    }

    /// <summary>Asks the run to stop where the next process can go on: no further call starts, a model call is cut, tool calls may end.</summary>
    public void RequestLeave()
    {
        lock (gate)
        {
            // Before its token fires: who is woken in between must not lie down again.
            leaving = true;
            pause?.TrySetResult();
            woken.TrySetResult();
        }

        leave.Cancel();
    }

    /// <summary>Says that the run has noticed its stop; the first time stays.</summary>
    public void Acknowledge(DateTimeOffset at)
    {
        lock (gate) AcknowledgedAt ??= at;
    }

    /// <summary>True once the run was asked to make room for the next process.</summary>
    public bool IsLeaving
    {
        get { lock (gate) return leaving; }
    }

    /// <summary>Says that a model or tool call starts now.</summary>
    /// <exception cref="OperationCanceledException">The run has to end or to leave: it must not.</exception>
    public void BeginCall()
    {
        lock (gate)
        {
            if (Stop is not null || leaving) throw new OperationCanceledException(Leaving);
            calls++;
        }
    }

    /// <summary>Ends the run by itself after so many seconds.</summary>
    public void StopAfter(RunBound<int> seconds, TimeProvider clock)
    {
        var time = TimeSpan.FromSeconds(seconds.Value);
        timeout = new RunTimeout(time, clock, () => RequestStop(new RunStop(RunStopKind.Timeout, string.Create(CultureInfo.InvariantCulture, $"It ran longer than its timeout of {seconds.Value:N0} s ({seconds.Place})."))));
    }

    /// <summary>Holds the clock of its timeout, because a person holds the run.</summary>
    public void HoldTimeout() => timeout?.Hold();

    public void ContinueTimeout() => timeout?.Continue();

    /// <summary>A token for one step: fires with the run's, and when a message interrupts the step.</summary>
    /// <param name="ending">What ends the step besides: <see cref="Stopped"/> or <see cref="Leaving"/>.</param>
    public CancellationToken BeginStep(CancellationToken ending)
    {
        lock (gate)
        {
            step?.Dispose();
            step = CancellationTokenSource.CreateLinkedTokenSource(ending);
            return step.Token;
        }
    }

    /// <summary>Something was put into the task's inbox, and is on disk.</summary>
    public void Wake(bool interrupts)
    {
        CancellationTokenSource? interrupted;
        lock (gate)
        {
            woken.TrySetResult();

            // Whoever looks from here on waits for the next one; a run that is to end wakes everybody for good.
            if (Stop is null && !leaving) woken = NewSignal();
            interrupted = interrupts ? step : null;
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

    /// <summary>
    /// Completes at the next wake, stop or leave. To be had before one looks for what one waits for: what comes between the look and the wait is
    /// not missed then, however many wait.
    /// </summary>
    public Task WhenWoken()
    {
        lock (gate) return woken.Task;
    }

    /// <summary>One call at a time takes the slot back for all of them.</summary>
    public SemaphoreSlim Regaining { get; } = new(1);

    /// <summary>True between <see cref="RequestPause"/> and <see cref="Resume"/>.</summary>
    public bool PauseRequested
    {
        get { lock (gate) return pause is not null; }
    }

    public void RequestPause()
    {
        lock (gate) pause ??= NewSignal();
    }

    public void Resume()
    {
        lock (gate)
        {
            pause?.TrySetResult();
            pause = null;
        }
    }

    /// <summary>Completes when the run may go on, has to end or to leave.</summary>
    public Task WhilePausedAsync()
    {
        lock (gate) return leaving || Stop is not null ? Task.CompletedTask : pause?.Task ?? Task.CompletedTask;
    }

    public bool HoldsSlot
    {
        get { lock (gate) return holdsSlot; }
    }

    /// <summary>False when it has one already, or has been given up: the slot is not for it.</summary>
    public bool TryEnterSlot()
    {
        lock (gate)
        {
            if (holdsSlot || givenUp) return false;
            return holdsSlot = true;
        }
    }

    /// <summary>False when it has none.</summary>
    public bool TryLeaveSlot()
    {
        lock (gate)
        {
            if (!holdsSlot) return false;
            holdsSlot = false;
            return true;
        }
    }

    /// <summary>As <see cref="TryLeaveSlot"/>, unless one of its tool calls has found something to do by now.</summary>
    public bool TryLeaveSlotWhileWaiting()
    {
        lock (gate)
        {
            if (!holdsSlot || waitingCalls < openCalls) return false;
            holdsSlot = false;
            return true;
        }
    }

    /// <summary>Takes its slot away for good, before it is settled: whoever comes with another one is turned away. False when it has none.</summary>
    public bool TryLeaveSlotForGood()
    {
        lock (gate)
        {
            givenUp = true;
            if (!holdsSlot) return false;
            holdsSlot = false;
            return true;
        }
    }

    public void MarkSettled() => settled.TrySetResult();

    public void Dispose()
    {
        timeout?.Dispose();
        lock (gate) step?.Dispose();

        // Not the sources behind Stopped and Leaving: a stop may be requested in this very moment, and without a timer they hold nothing to dispose.
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
