using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>tasks</c>: give work, look at it, speak to it, stop it, remove it.</summary>
internal static class TaskCommands
{
    public static Command Create(CommandRunner runner) => new("tasks", "Gives tasks to agents, and watches, steers, stops and removes them.")
    {
        TaskAdding.Create(runner), List(runner), Show(runner), TaskWatching.Create(runner), TaskMessages.Create(runner),
        Cancel(runner), TaskRemoval.CreateDelete(runner), TaskRemoval.CreateClear(runner),
    };

    private static ExampledCommand List(CommandRunner runner)
    {
        var (status, limit, everything) = (TaskArguments.Status(), TaskArguments.Limit(50), TaskArguments.Everything());
        var agent = TaskArguments.Agent("Only those of this agent: its id or its name.");
        var chat = TaskArguments.Chat("Only those of this chat.");
        var search = new Option<string?>("--search", "-s") { Description = "Only those with these words in title, agent name or transcript.", HelpName = "words" };
        var command = new ExampledCommand(
            "list", "Lists tasks, the newest first.",
            "tasks list --status running,waiting", "tasks list --search \"quarterly report\" --limit 10", "tasks list --all --json | jq -r .id") { status, agent, chat, search, limit, everything };
        return runner.Bind(command, async call =>
        {
            var most = TaskArguments.Most(call, limit, everything);
            var address = ApiClient.Address(
                "/api/tasks", ("status", TaskArguments.ReadStatuses(call.Value(status))), ("agent_id", await TaskArguments.FindAsync(call, Noun.Agent, call.Value(agent))),
                ("chat_id", await TaskArguments.FindAsync(call, Noun.Chat, call.Value(chat))), ("q", call.Value(search)));
            var now = call.Around.Time.GetUtcNow();
            return await Listing.ShowAsync(call, "tasks", address, most, ["Id", "Status", "Title", "Agent", "Created"], task =>
            [
                call.Screen.IsRich ? new Piece(Listing.Short(task.Text("id")), Looks.Dim) : task.Text("id") ?? "",
                new Piece(task.Text("status") ?? "", Looks.OfStatus(task.Text("status"))),
                call.Screen.IsRich ? Cells.Cut(SafeText.OneLine(task.Text("title")), Math.Max(20, call.Screen.Width - 48)) : task.Text("title") ?? "",
                task.Text("agent_name") ?? "",
                call.Screen.IsRich && task.Time("created_at") is { } at ? new Piece(DurationText.Ago(now - at), Looks.Dim) : task.Text("created_at") ?? "",
            ]);
        });
    }

    private static ExampledCommand Show(CommandRunner runner)
    {
        var id = TaskArguments.Id();
        var command = new ExampledCommand("show", "Shows one task: where it stands and why, what it was given and what it used.", "tasks show 3f9c1e", "tasks show 3f9c1e --json") { id };
        return runner.Bind(command, async call =>
        {
            var task = await call.Api.GetAsync(Noun.Task.Address(await IdMatch.FindAsync(call, Noun.Task, call.Value(id))), call.Cancelled);
            return call.Answer(task, () => Print(call, task));
        });
    }

    private static ExampledCommand Cancel(CommandRunner runner)
    {
        var id = TaskArguments.Id();
        var scope = new Option<string>("--scope") { Description = "task: it alone. tree (default): everything below it, too.", HelpName = "task|tree", DefaultValueFactory = _ => "tree" };
        scope.AcceptOnlyFromAmong("task", "tree");
        var command = new ExampledCommand("cancel", "Stops a task, and by default every task below it.", "tasks cancel 3f9c1e", "tasks cancel 3f9c1e --scope task") { id, scope };
        return runner.Bind(command, async call =>
        {
            var taskId = await IdMatch.FindAsync(call, Noun.Task, call.Value(id));
            var answer = await call.Api.SendAsync(HttpMethod.Post, Noun.Task.Address(taskId, "/cancel"), new Dictionary<string, object?> { ["scope"] = call.Value(scope) }, call.Cancelled);
            return call.Answer(answer, () => call.Screen.Line(answer.Number("cancelled_count") is 1 or null ? "1 task was told to stop." : $"{answer.Number("cancelled_count")} tasks were told to stop."));
        });
    }

    private static void Print(CommandCall call, JsonElement task)
    {
        var usage = task.Part("usage");
        var fields = new List<(string Name, Piece Value)>
        {
            ("title", new Piece(task.Text("title") ?? "", Looks.Strong)),
            ("id", task.Text("id") ?? ""),
            ("status", new Piece(task.Text("status") ?? "", Looks.OfStatus(task.Text("status")))),
            ("because", task.Text("reason_text") ?? ""),
            ("agent", task.Text("agent_name") ?? ""),
            ("model", task.Text("model") ?? ""),
            ("chat", task.Text("chat_id") ?? ""),
            ("below", task.Text("parent_task_id") ?? ""),
            ("after", string.Join(", ", task.List("depends_on").Select(edge => edge.Text("task_id")))),
            ("priority", task.Number("priority")?.ToString(CultureInfo.InvariantCulture) ?? ""),
            ("metadata", task.Part("metadata") is { ValueKind: JsonValueKind.Object } metadata ? string.Join(", ", metadata.EnumerateObject().Select(pair => $"{pair.Name}={pair.Value}")) : ""),
            ("folder", task.Text("work_dir") ?? ""),
            ("created", task.Text("created_at") ?? ""),
            ("started", task.Text("started_at") ?? ""),
            ("ended", task.Text("ended_at") ?? ""),
            ("took", task.Number("duration_ms") is { } ms ? DurationText.Clock(TimeSpan.FromMilliseconds(ms)) : ""),
            ("runs", task.Number("run_count")?.ToString(CultureInfo.InvariantCulture) ?? ""),
            ("tokens", string.Create(CultureInfo.InvariantCulture, $"{usage.Number("input") ?? 0:N0} in, {usage.Number("output") ?? 0:N0} out")),
            ("page", call.Api.PageOf(task.Text("id") ?? "").ToString()),
        };
        Listing.PrintFields(call.Screen, fields);
        foreach (var request in task.List("open_requests"))
        {
            call.Screen.Line(new Piece("? ", Looks.Attention), new Piece(request.Text("prompt") ?? "", Looks.Attention));
            if (request.Text("subject") is { } subject) call.Screen.Line($"  {subject}");
        }
    }
}
