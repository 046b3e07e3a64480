using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <content>What the turn waits for and takes in between two calls: messages, ended children, a person who has paused it.</content>
internal sealed partial class AgentLoop
{
    /// <summary>Waits without a slot until something is in the inbox: the end of a child, or a message.</summary>
    private async Task ParkAsync()
    {
        slots.Yield(run);
        while (true)
        {
            var woken = run.WhenWoken();
            if ((await recorder.InboxAsync()).Count > 0) break;
            await woken;
            run.Leaving.ThrowIfCancellationRequested();
        }

        await slots.RegainAsync(recorder.Task, run, run.Leaving);
    }

    private async Task ReadInboxAsync(bool turnEnded)
    {
        if (!(await recorder.InboxAsync()).Any(message => message.IsDue(turnEnded))) return;

        List<LogEntry> read = [];
        await recorder.RecordAsync(task =>
        {
            var change = Inbox.Read(task, run.RunId, modelCalls + 1, turnEnded);
            read = [.. change?.Log ?? []];
            return change is null ? null : change with { Transition = RunChanges.Answering };
        });
        Remember(read);
        if (read.Any(told => told.Entry?.Attachments is not null)) await TakeUpToolsAsync();
    }

    /// <summary>A message brought files along: what reads them may not have been there when the run began.</summary>
    private async Task TakeUpToolsAsync()
    {
        foreach (var tool in await moreTools(run.Leaving))
        {
            if (tools.Any(known => known.Name == tool.Name)) continue;
            tools.Add(tool);
            (options.Tools ??= []).Add(tool.Function);
        }
    }

    private async Task PauseAsync()
    {
        if (!run.PauseRequested) return;
        run.HoldTimeout();
        await recorder.RecordAsync(new TaskChange
        {
            Transition = new TaskTransition(AgentTaskStatus.Waiting, ReasonCodes.Paused, "Paused. Resume it to let it go on."),
        });
        slots.Yield(run);
        await run.WhilePausedAsync();
        run.ContinueTimeout();
        run.Leaving.ThrowIfCancellationRequested();
        await slots.RegainAsync(recorder.Task, run, run.Leaving);
        await recorder.LeaveWaitAsync(ReasonCodes.Paused, RunChanges.Answering);
    }
}
