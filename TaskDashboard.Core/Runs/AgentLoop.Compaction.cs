using Microsoft.Extensions.AI;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Contexts;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <content>Makes room where the conversation has nearly filled the model's window.</content>
internal sealed partial class AgentLoop
{
    /// <summary>Has the model make a summary of the conversation, which goes on with that. One that cannot be had is told of, and everything is sent as before.</summary>
    private async Task CompactAsync()
    {
        limits.BeforeModel(++modelCalls);
        var request = ConversationSummary.Ask(await conversation.ForCallAsync(run.Leaving));
        var asking = new ChatOptions { Tools = options.Tools, ToolMode = ChatToolMode.None };
        var hold = await budget.EnterAsync(run, recorder, () => ValueTask.FromResult(CallSize.Of(request, options.Tools)), asking);
        var step = new ModelStep(recorder, limits, prices, ids, time, modelCalls) { Hold = hold, IsSummary = true, Tape = exchanges.Begin() };

        // What is set aside goes back with the step, also where the task turns out to be somebody else's by now.
        Unfinished = step;
        await recorder.RecordAsync(new TaskChange { Transition = RunChanges.Summarising });
        string? failure = null;
        try
        {
            if (await AskModelAsync(step, _ => ValueTask.FromResult<IReadOnlyList<ChatMessage>>(request), asking) is null) return;
        }
        catch (ProviderException refused)
        {
            failure = refused.Message;
        }

        var facts = step.Facts();
        if (failure is null && !facts.Exists(fact => fact.Entry is not null)) failure = "The model answered with nothing.";
        if (failure is not null) facts.Add(UserMessage.Notice(ids, recorder.Task, $"The conversation could not be summarised, and goes on as it is. {failure}"));
        var told = step.ToStep(++steps, failure is null ? StepOutcome.Success : StepOutcome.Error, failure);
        await slots.RegainAsync(recorder.Task, run, run.Leaving);
        await recorder.RecordAsync(new TaskChange { Log = facts, Steps = [told], Edit = AddUsage(step.Usage), Transition = RunChanges.Answering });
        Remember(facts);
        compaction.NoteTried(conversation);
        Close(step);
    }
}
