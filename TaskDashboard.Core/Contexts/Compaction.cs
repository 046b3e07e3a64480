using Microsoft.Extensions.AI;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Contexts;

/// <summary>Decides when the conversation of a run is to be summarised, because the model could soon not be sent more. One for each run.</summary>
internal sealed class Compaction(ContextWindows windows, string model)
{
    /// <summary>What a model's token stands for where only bytes are known: the first call of a run, and what tools brought since the last.</summary>
    private const int BytesPerToken = 4;

    /// <summary>Fewer messages than this behind the last summary, or behind an attempt that came to nothing, are not worth another one.</summary>
    private const int LeastMessages = 6;

    private readonly long? most = windows.CompactsAt(model);
    private long used;
    private int tried;

    /// <summary>What the last call of the run has sent and got.</summary>
    public void Note(TaskUsage usage) => used = usage.Input + usage.Output;

    public bool IsDue(Conversation conversation, IEnumerable<AITool>? tools)
    {
        if (most is not { } limit || conversation.SinceSummary - tried < LeastMessages) return false;
        return Math.Max(used, CallSize.Of(conversation.Messages, tools) / BytesPerToken) >= limit;
    }

    /// <summary>It was tried; whatever came of it, not at once again.</summary>
    public void NoteTried(Conversation conversation)
    {
        tried = conversation.SinceSummary;
        used = 0;
    }
}
