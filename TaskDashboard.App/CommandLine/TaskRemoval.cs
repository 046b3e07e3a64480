using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>tasks delete</c> and <c>tasks clear</c>: nothing goes that was not named, and nobody is left to guess what went.</summary>
internal static class TaskRemoval
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly string[] Live = ["pending", "running", "waiting"];

    public static Command CreateDelete(CommandRunner runner)
    {
        var (ids, yes) = (TaskArguments.Ids(), TaskArguments.Yes());
        var command = new ExampledCommand("delete", "Deletes tasks; those that are live are cancelled first.", "tasks delete 3f9c1e", "tasks delete 3f9c1e 77ab02 --yes") { ids, yes };
        return runner.Bind(command, async call =>
        {
            var tasks = new List<JsonElement>();
            foreach (var id in call.Value(ids).Distinct(StringComparer.Ordinal))
                tasks.Add(await call.Api.GetAsync(Noun.Task.Address(await IdMatch.FindAsync(call, Noun.Task, id)), call.Cancelled));
            return await DeleteAsync(call, [.. tasks.DistinctBy(task => task.Text("id"))], call.Value(yes), isWanted: null);
        });
    }

    public static Command CreateClear(CommandRunner runner)
    {
        var (status, yes) = (TaskArguments.Status(), TaskArguments.Yes());
        var agent = TaskArguments.Agent("Only those of this agent: its id or its name.");
        var chat = TaskArguments.Chat("Only those of this chat.");
        var olderThan = new Option<string?>("--older-than") { Description = "Only those that were made longer ago than this, such as 12h, 7d or 4w.", HelpName = "time" };
        var command = new ExampledCommand(
            "clear", "Deletes all tasks that fit every filter. Without a filter it is an error.",
            "tasks clear --status completed,cancelled --older-than 7d", "tasks clear --chat chat_0197c0de000070008000000000000001 --yes") { status, chat, agent, olderThan, yes };
        command.Validators.Add(result =>
        {
            if (new Option[] { status, agent, chat, olderThan }.All(filter => result.GetResult(filter) is null or { Implicit: true }))
                result.AddError("tasks clear needs a filter: --status, --chat, --agent or --older-than. Nothing was deleted.");
        });
        return runner.Bind(command, async call =>
        {
            var statuses = TaskArguments.ReadStatuses(call.Value(status));
            var age = call.Value(olderThan) is { } text ? DurationText.Parse("--older-than", text) : (TimeSpan?)null;
            DateTimeOffset? before = age is { } length ? call.Around.Time.GetUtcNow() - length : null;
            var agentId = await TaskArguments.FindAsync(call, Noun.Agent, call.Value(agent));
            var chatId = await TaskArguments.FindAsync(call, Noun.Chat, call.Value(chat));
            var address = ApiClient.Address("/api/tasks", ("status", statuses), ("agent_id", agentId), ("chat_id", chatId), ("to", before?.ToString("O", CultureInfo.InvariantCulture)));

            // Held against the filters here as well: a server that does not know one of them would list everything.
            bool IsWanted(JsonElement task) =>
                (statuses is null || statuses.Split(',').Contains(task.Text("status"), StringComparer.Ordinal))
                && (agentId is null || task.Text("agent_id") == agentId)
                && (chatId is null || task.Text("chat_id") == chatId)
                && (before is null || task.Time("created_at") < before);

            var tasks = new List<JsonElement>();
            await foreach (var task in call.Api.ListAsync(address, int.MaxValue, call.Cancelled))
            {
                if (IsWanted(task)) tasks.Add(task);
            }

            return await DeleteAsync(call, tasks, call.Value(yes), IsWanted);
        });
    }

    /// <param name="call">The command.</param>
    /// <param name="tasks">What is to go.</param>
    /// <param name="yes">Do not ask.</param>
    /// <param name="isWanted">What a task still has to be when its turn comes: one that was taken up again meanwhile stays. Null for whatever it is.</param>
    private static async Task<int> DeleteAsync(CommandCall call, List<JsonElement> tasks, bool yes, Func<JsonElement, bool>? isWanted)
    {
        if (tasks.Count == 0)
        {
            call.Screen.Note("No task is like that; nothing was deleted.");
            return ExitCodes.Fine;
        }

        if (!await call.ConfirmAsync(Question(tasks), yes))
        {
            call.Screen.Note("Nothing was deleted.");
            return ExitCodes.Fine;
        }

        var deleted = 0;
        var (kept, failed) = (0, 0);
        call.WhenInterrupted = $"Interrupted: not all of the {tasks.Count} tasks are deleted.";
        foreach (var id in tasks.Select(task => task.Text("id")!))
        {
            try
            {
                if (isWanted?.Invoke(await AskPatientlyAsync(call, HttpMethod.Get, id)) == false)
                {
                    kept++;
                    continue;
                }

                await AskPatientlyAsync(call, HttpMethod.Delete, id);
            }
            catch (CommandFailure failure) when (failure.Status == 404 && isWanted is not null)
            {
                // Somebody else was quicker; it is gone, as was wanted.
                continue;
            }
            catch (CommandFailure failure) when (failure is { ExitCode: ExitCodes.Refused })
            {
                failed++;
                call.Screen.Error(failure);
                continue;
            }

            deleted++;
            if (call.WantsJson) call.Screen.Raw(JsonSerializer.Serialize(new Dictionary<string, object> { ["id"] = id, ["deleted"] = true }));
            else call.Screen.Live([new Piece($"{deleted} of {tasks.Count} deleted", Looks.Dim)]);
        }

        call.Screen.Live();
        if (!call.WantsJson) call.Screen.Line(deleted == 1 ? "1 task is deleted." : $"{deleted} tasks are deleted.");
        if (kept > 0) call.Screen.Note($"{kept} changed meanwhile, and {(kept == 1 ? "stays" : "stay")}.");
        return failed == 0 ? ExitCodes.Fine : ExitCodes.Refused;
    }

    /// <summary>So many requests that the server asks for a pause (429) are made of one order: it is waited, not given up in the middle.</summary>
    private static async Task<JsonElement> AskPatientlyAsync(CommandCall call, HttpMethod method, string id)
    {
        while (true)
        {
            try
            {
                return await call.Api.SendAsync(method, Noun.Task.Address(id), null, call.Cancelled);
            }
            catch (CommandFailure busy) when (busy is { Status: 429, RetryAfter: { } pause } && pause <= LongestPause)
            {
                await Task.Delay(pause, call.Around.Time, call.Cancelled);
            }
        }
    }

    private static string Question(List<JsonElement> tasks)
    {
        var live = tasks.Count(task => Live.Contains(task.Text("status"), StringComparer.Ordinal));
        var what = tasks.Count == 1 ? $"the task \"{tasks[0].Text("title")}\"" : $"{tasks.Count} tasks";
        return live == 0 ? $"Delete {what}?" : $"Delete {what}, {(tasks.Count == 1 ? "which is live and is cancelled first" : live == 1 ? "1 of them live, which is cancelled first" : $"{live} of them live, which are cancelled first")}?";
    }
}
