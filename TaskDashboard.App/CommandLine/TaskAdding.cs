using System.CommandLine;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>tasks add</c>.</summary>
internal static class TaskAdding
{
    /// <summary>The agent that a fresh server comes with; given work where nobody says whom.</summary>
    private const string ReadyMadeAssistant = "agent_0197c0de000070008000000000000001";

    public static Command Create(CommandRunner runner)
    {
        var message = new Argument<string>("message") { Description = "What the agent is told; - reads standard input." };
        var agent = TaskArguments.Agent("Who gets it: the id or the name of an agent. Default: the only one, or the ready-made Assistant.");
        var chat = TaskArguments.Chat("The chat that it runs in. Default: one of its own.");
        var title = new Option<string?>("--title") { Description = "Default: the beginning of the message.", HelpName = "title" };
        var model = new Option<string?>("--model") { Description = "provider/model. Default: the agent's.", HelpName = "model" };
        var metadata = new Option<string[]>("--metadata") { Description = "What it is marked with; may be given several times.", HelpName = "key=value" };
        var dependsOn = new Option<string[]>("--depends-on") { Description = "A task that has to complete before it starts; may be given several times.", HelpName = "task" };
        var priority = new Option<int?>("--priority") { Description = "0 (lowest) to 3. Default 1.", HelpName = "number" };
        var timeout = new Option<string?>("--timeout") { Description = "Longest time of a run, such as 90s, 15m or 2h.", HelpName = "time" };
        var workDir = new Option<string?>("--work-dir") { Description = "The folder that it works in. Default: one of its own.", HelpName = "folder" };
        var again = new Option<bool>("--allow-duplicates") { Description = "Make another one although a live task has the same order." };
        var (watch, deltas) = (TaskWatching.WatchOption(), TaskWatching.DeltasOption());
        var command = new ExampledCommand(
            "add", "Gives an agent a task. Without --watch it prints the id and leaves; the task runs in the server.",
            "tasks add \"read README.md, then count its words\" --watch",
            "tasks add \"compare both\" --chat chat_0197c0de000070008000000000000001 --metadata ticket=42 --watch --json",
            "tasks add \"summarise\" --agent Researcher --depends-on 3f9c1e --priority 2",
            "tasks add - --title \"Review these changes\" --work-dir . < changes.diff")
        { message, agent, chat, title, model, metadata, dependsOn, priority, timeout, workDir, again, watch, deltas };
        return runner.Bind(command, async call =>
        {
            var body = new Dictionary<string, object?>
            {
                ["message"] = await call.TextOrInputAsync(call.Value(message)),
                ["metadata"] = ReadMetadata(call.Value(metadata)),
                ["timeout_s"] = call.Value(timeout) is { } time ? DurationText.Seconds("--timeout", time) : null,
                ["title"] = call.Value(title),
                ["model"] = call.Value(model),
                ["priority"] = call.Value(priority),
                ["work_dir"] = call.Value(workDir) is { } folder ? Path.GetFullPath(folder) : null,
                ["allow_duplicates"] = call.Value(again) ? true : null,
            };
            body["agent_id"] = await AgentAsync(call, call.Value(agent));
            body["chat_id"] = await TaskArguments.FindAsync(call, Noun.Chat, call.Value(chat));
            var edges = new List<string>();
            foreach (var task in call.Value(dependsOn) ?? []) edges.Add(await IdMatch.FindAsync(call, Noun.Task, task));
            if (edges.Count > 0) body["depends_on"] = edges;
            return await AddAsync(call, body, call.Value(watch), call.Value(deltas));
        });
    }

    /// <exception cref="CommandFailure">One has no key, or a key comes twice.</exception>
    public static Dictionary<string, string>? ReadMetadata(IReadOnlyList<string>? pairs)
    {
        if (pairs is not { Count: > 0 }) return null;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var sign = pair.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0) throw CommandFailure.Usage($"--metadata has to be key=value, not \"{pair}\".");
            if (!metadata.TryAdd(pair[..sign], pair[(sign + 1)..])) throw CommandFailure.Usage($"--metadata says {pair[..sign]} twice.");
        }

        return metadata;
    }

    private static async Task<int> AddAsync(CommandCall call, Dictionary<string, object?> body, bool watch, bool deltas)
    {
        call.WhenInterrupted = "Interrupted while the task was being handed over; \"tasks list\" shows whether the server has it.";
        var task = await call.Api.SendAsync(HttpMethod.Post, "/api/tasks", body.Where(pair => pair.Value is not null).ToDictionary(), call.Cancelled);
        call.WhenInterrupted = null;
        var id = task.Text("id") ?? throw new CommandFailure(ExitCodes.Refused, $"What answers at {call.Api.Server.Url} is no TaskDashboard: its task has no id.");
        if (watch) return await TaskWatching.WatchAsync(call, id, after: 0, deltas);
        return call.Answer(task, () =>
        {
            // A script takes the id from the pipe; a person wants to know how it goes on.
            if (!call.Around.OutputIsTerminal)
            {
                call.Screen.Line(id);
                return;
            }

            call.Screen.Line(new Piece("✓ ", Looks.OfStatus("completed")), $"{task.Text("agent_name")} has it: ", new Piece(id, Looks.Strong));
            call.Screen.Line(new Piece("  Watch it with: ", Looks.Dim), $"tasks watch {Listing.Short(id)}");
            call.Screen.Line(new Piece("  Or at:         ", Looks.Dim), call.Api.PageOf(id).ToString());
        });
    }

    private static async Task<string> AgentAsync(CommandCall call, string? idOrName)
    {
        if (idOrName is not null) return await IdMatch.FindAsync(call, Noun.Agent, idOrName);
        var agents = new List<(string Id, string Name)>();
        await foreach (var agent in call.Api.ListAsync("/api/agents", IdMatch.MostLookedThrough, call.Cancelled)) agents.Add((agent.Text("id") ?? "", agent.Text("name") ?? ""));
        if (agents.Count == 1) return agents[0].Id;
        if (agents.Any(agent => agent.Id == ReadyMadeAssistant)) return ReadyMadeAssistant;
        throw agents.Count == 0
            ? new CommandFailure(ExitCodes.Refused, "There is no agent that takes tasks.", $"Make one at {new Uri(call.Api.Server.Url, "agents")}.")
            : CommandFailure.Usage("Say with --agent which agent is to have it.", $"There are {string.Join(", ", agents.Select(agent => agent.Name))}.");
    }
}
