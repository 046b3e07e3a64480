namespace TaskDashboard.Core.Runs;

/// <content>Which of its tool calls are at work, and which only wait for a person.</content>
internal sealed partial class LiveRun
{
    /// <summary>Says how many tool calls begin together, and answers with the number of their round.</summary>
    public int BeginCalls(int count)
    {
        lock (gate)
        {
            (openCalls, waitingCalls) = (count, 0);
            return ++round;
        }
    }

    /// <summary>Says that a tool call has ended. True when all that are left only wait: the run has no use for its slot, and its clock is held.</summary>
    /// <param name="ofRound">The call's round. One that was left behind, and ends when another is at work, is none of that one.</param>
    public bool EndToolCall(int ofRound)
    {
        lock (gate)
        {
            if (ofRound != round || --openCalls <= 0 || waitingCalls < openCalls) return false;
            timeout?.Hold();
            return true;
        }
    }

    /// <summary>Says that a tool call only waits from here on. True when that is so of all of them, and the run's clock is held.</summary>
    public bool BeginWait()
    {
        lock (gate)
        {
            if (++waitingCalls < openCalls) return false;
            timeout?.Hold();
            return true;
        }
    }

    /// <summary>Says that a tool call has what it waited for. A clock that is held goes on with <see cref="ContinueTimeout"/>, once the run has a slot again.</summary>
    public void EndWait()
    {
        lock (gate) waitingCalls--;
    }

    /// <summary>True while every tool call that has not ended only waits.</summary>
    public bool OnlyWaits
    {
        get { lock (gate) return waitingCalls >= openCalls; }
    }
}
