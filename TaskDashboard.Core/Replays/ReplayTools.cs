using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Exchanges;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Replays;

/// <summary>The tools of a replay: they do nothing, and say what those of the run said.</summary>
internal sealed class ReplayTools : IRunToolSource
{
    private const string ErrorMark = "Error: ";

    private readonly List<AgentTool> tools;
    private readonly Dictionary<string, ChatEntry> results = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Siblings> rounds = [];
    private readonly ReplayStage stage;

    public ReplayTools(RecordedRun recorded, ReplayStage stage)
    {
        this.stage = stage;
        tools = [.. recorded.Calls.SelectMany(call => call.Exchange.Tools).DistinctBy(tool => tool.Name).Select(tool => new AgentTool(new RecordedFunction(tool, AnswerAsync), ToolRisk.Read, _ => tool.Name))];
        foreach (var result in recorded.Transcript.Where(entry => entry is { Role: EntryRole.ToolResult, CallId: not null })) results.TryAdd(result.CallId!, result);
        foreach (var round in results.Values.GroupBy(result => result.Step)) rounds.Add(round.Key, new Siblings(round.Count(result => !WasStopped(result))));
    }

    /// <summary>It did not come to its own end: what it says then is of no account.</summary>
    public static bool WasStopped(ChatEntry result) => result.ToolStatus is "cancelled" or "unknown";

    public ValueTask<RunTools> CreateAsync(AgentDefinition agent, AgentTask task, ToolContext context, CancellationToken cancellationToken) => ValueTask.FromResult(new RunTools(tools, ""));

    private async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        if (Lineage.Current?.CallId is not { } callId || !results.TryGetValue(callId, out var result))
        {
            await stage.EndAsync(isExpected: true, "", cancellationToken);
            return "";
        }

        var round = rounds[result.Step];
        if (WasStopped(result))
        {
            // Not before the others have said what they said: the stop came behind that.
            await round.Told.WaitAsync(cancellationToken);
            await stage.EndAsync(isExpected: true, "", cancellationToken);
        }

        round.Tell();
        return result.ToolStatus == "success" ? result.Text : throw new ToolException(result.Text.StartsWith(ErrorMark, StringComparison.Ordinal) ? result.Text[ErrorMark.Length..] : result.Text);
    }

    /// <summary>How many results of a round are still to come that were not cut off.</summary>
    private sealed class Siblings
    {
        private readonly TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left;

        public Siblings(int count)
        {
            left = count;
            if (count == 0) told.SetResult();
        }

        public Task Told => told.Task;

        public void Tell()
        {
            if (Interlocked.Decrement(ref left) == 0) told.TrySetResult();
        }
    }

    private sealed class RecordedFunction(ExchangeTool tool, Func<CancellationToken, Task<string>> answer) : AIFunction
    {
        public override string Name => tool.Name;

        public override string Description => tool.Description ?? "";

        public override JsonElement JsonSchema => tool.Parameters ?? base.JsonSchema;

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => await answer(cancellationToken);
    }
}
