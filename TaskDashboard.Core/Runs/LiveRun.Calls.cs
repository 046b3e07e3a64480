namespace TaskDashboard.Core.Runs;

/// <content>Which of its tool calls are at work, and which only wait: for a person, or for other tasks.</content>
internal sealed partial class LiveRun
{
    private readonly List<string> awaited = [];
    private int askingCalls;

    /// <summary>Ids of the tasks that its calls wait for.</summary>
    public IReadOnlyList<string> AwaitedTasks
    {
        get { lock (gate) return [.. awaited.Distinct(StringComparer.Ordinal)]; }
    }

    /// <summary>Says how many tool calls begin together, and answers with the number of their round.</summary>
    public int BeginCalls(int count)
    {
        lock (gate)
        {
            (openCalls, waitingCalls, askingCalls) = (count, 0, 0);
            return ++round;
        }
    }

    /// <summary>Says that a tool call has ended. True when all that are left only wait: the run has no use for its slot.</summary>
    /// <param name="ofRound">The call's round. One that was left behind, and ends when another is at work, is none of that one.</param>
    public bool EndToolCall(int ofRound)
    {
        lock (gate)
        {
            if (ofRound != round || --openCalls <= 0) return false;
            HoldForPeople();
            return waitingCalls >= openCalls;
        }
    }

    /// <summary>Says that a tool call only waits for a person from here on. True when all of them only wait: the run has no use for its slot.</summary>
    public bool BeginWait()
    {
        lock (gate)
        {
            askingCalls++;
            HoldForPeople();
            return ++waitingCalls >= openCalls;
        }
    }

    /// <summary>Says that a tool call only waits for other tasks from here on, which are at work for it: its clock runs on. True when all calls only wait.</summary>
    /// <param name="tasks">Their ids.</param>
    public bool BeginWait(IReadOnlyList<string> tasks)
    {
        lock (gate)
        {
            awaited.AddRange(tasks);
            return ++waitingCalls >= openCalls;
        }
    }

    /// <summary>Says that a tool call has the answer of a person. A clock that is held goes on with <see cref="ContinueTimeout"/>, once the run has a slot again.</summary>
    public void EndWait()
    {
        lock (gate)
        {
            askingCalls--;
            waitingCalls--;
        }
    }

    /// <summary>Says that a tool call waits no more for other tasks.</summary>
    /// <param name="tasks">As it was begun.</param>
    public void EndWait(IReadOnlyList<string> tasks)
    {
        lock (gate)
        {
            waitingCalls--;
            foreach (var task in tasks) awaited.Remove(task);
        }
    }

    private void HoldForPeople()
    {
        if (askingCalls >= openCalls) timeout?.Hold();
    }

    /// <summary>How many of its tool calls only wait.</summary>
    public int WaitingCalls
    {
        get { lock (gate) return waitingCalls; }
    }

    /// <summary>True while every tool call that has not ended only waits.</summary>
    public bool OnlyWaits
    {
        get { lock (gate) return waitingCalls >= openCalls; }
    }
}
