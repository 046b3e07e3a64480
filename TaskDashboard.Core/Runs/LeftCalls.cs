using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Runs;

/// <summary>Takes over the tool calls that waited for a person when the run before ended. None of them was let go, so each can still be made, once.</summary>
internal sealed class LeftCalls(Store store, IdSource ids, TimeProvider time, CallPrecautions precautions)
{
    /// <summary>The calls of the session that have no result, ready to be made. The run hears of their answers, also of those that came before it.</summary>
    public async Task<List<ToolStep>> TakeOverAsync(RunRecorder recorder, LiveRun run, IReadOnlyList<ChatEntry> session, IReadOnlyList<AgentTool> offered)
    {
        var task = recorder.Task;
        var answered = session.Where(entry => entry.Role == EntryRole.ToolResult).Select(entry => (entry.RunId, entry.Step, entry.CallId)).ToHashSet();
        var unanswered = session.Where(entry => entry.Role == EntryRole.ToolUse && !answered.Contains((entry.RunId, entry.Step, entry.CallId))).ToList();
        if (unanswered.Count == 0) return [];

        // Expected before they are looked at a second time: an answer that comes in between is heard, one that came before is read.
        foreach (var request in await store.Requests.ListOfCallsAsync(task, run.Leaving)) run.Requests.Open(request.RequestId);
        var requests = await store.Requests.ListOfCallsAsync(task, run.Leaving);
        foreach (var resolved in requests.Where(request => !request.IsOpen)) run.Requests.Deliver(RequestResolvedData.Of(resolved));
        return unanswered.ConvertAll(call => new ToolStep(
            call, requests.LastOrDefault(request => request.IsFor(call) && request.BegunAt is null), offered, recorder, ids, time, precautions));
    }
}
