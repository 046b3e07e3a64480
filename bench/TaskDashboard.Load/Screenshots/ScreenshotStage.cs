using System.Text.Json;
using TaskDashboard.Load.Client;

namespace TaskDashboard.Load.Screenshots;

/// <summary>Gives the built-in model work of every kind, as a team's day leaves it, so that each page has something to show.</summary>
internal sealed class ScreenshotStage(TaskServer server, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Fills the product.</summary>
    /// <returns>Every page that it has then.</returns>
    public async Task<IReadOnlyList<ScreenshotPage>> FillAsync()
    {
        var writer = await AgentAsync("Release writer", "Collects what changed and writes it down for people.");
        var reviewer = await AgentAsync("Reviewer", "Reads a change, runs what tests it, and says what stands out.");
        var watch = await AgentAsync("Night watch", "Looks at the logs while nobody else does.");
        await EarlierAsync(writer, reviewer, watch);

        var notes = await TaskAsync(writer, "Release notes for 2.5", """
            plan: collect the changes, write the notes, check them, then write "public static int Add(int left, int right) => left + right; // since 2.4" to Calculator.cs, then replace "2.4" with "2.5" in Calculator.cs, then read Calculator.cs, then list files
            """);
        var failed = await TaskAsync(reviewer, "Check the totals of May", "calculate 12 * (34 + 56), then list files, then read totals-may.csv, then wait 10 minutes", timeout: 3);
        var stopped = await TaskAsync(watch, "Follow the staging log", "wait 20 minutes");
        await AllowAsync(notes);
        await UntilAsync(notes, "completed");
        await UntilAsync(failed, "failed");
        await PostAsync($"tasks/{stopped}/cancel", new { });

        await TaskAsync(watch, "Watch the nightly import", "wait 40 minutes, then say the import is through");
        await TaskAsync(reviewer, "Review three services side by side", "start a task to wait 30 minutes, then start a task to calculate 365 * 24, then wait for all tasks");
        await PostAsync("tasks", new { agent_id = writer, title = "Summary of the week", message = "say the week is summed up", delay_until = DateTimeOffset.UtcNow.AddHours(3) });
        var asks = await TaskAsync(writer, "Publish the notes", "ask me where to publish (staging or production)");
        var wants = await TaskAsync(reviewer, "Count the open findings", "run wc -l Calculator.cs");
        await UntilAsync(asks, "waiting");
        await UntilAsync(wants, "waiting");
        await PostAsync("triggers", new { agent_id = watch, message = "look at last night's log", cron = "0 7 * * 1-5", time_zone = "Europe/Berlin" });
        await PostAsync("templates", new
        {
            name = "Weekly totals",
            agent_id = writer,
            message = "calculate {{hours}} * 52",
            parameters = new[] { new { name = "hours", type = "integer", required = true } },
        });
        var comparison = Id(await PostAsync("comparisons", new { prompt = "calculate 17 * 23, then say that is the total", candidates = new object[] { new { agent_id = writer }, new { agent_id = reviewer } } }));
        var run = (await GetAsync($"tasks/{failed}")).GetProperty("run_id").GetString();
        return
        [
            new("tasks", "tasks", "[data-task-id]"),
            new("tasks-filtered", "tasks?status=failed&q=nothing", ".empty-state"),
            new("tasks-peek", $"tasks?peek={asks}", "[data-peek-id]"),
            new("palette", "tasks", "[data-task-id]", "Control+k"),
            new("keys", "tasks", "[data-task-id]", "?"),
            new("chat-new", "chat", "textarea[data-attached]"),
            new("chat", $"chat?taskId={notes}", "[data-kind=ending]"),
            new("chat-asks", $"chat?taskId={asks}", ".request.open"),
            new("chat-failed", $"chat?taskId={failed}", "[data-kind=ending]"),
            new("approvals", "approvals", ".request.open"),
            new("agents", "agents", ".agent-card"),
            new("agent", $"agents/{reviewer}", "form, .editor"),
            new("schedules", "schedules", "[data-trigger-id]"),
            new("templates", "templates", "[data-template-id]"),
            new("usage", "usage", "h1"),
            new("run", $"runs/{run}", "button.span-row"),
            new("comparison", $"comparisons/{comparison}", "h1"),
            new("settings", "settings", "h1"),
            new("self-check", "self-check", ".check-list"),
            new("people", "people", "h1"),
            new("audit", "audit", "h1"),
            new("not-found", "nowhere", "h1"),
        ];
    }

    /// <summary>What was done before: ended tasks, so that the list is one that somebody works with.</summary>
    private async Task EarlierAsync(params string[] agents)
    {
        (string Title, string Order)[] done =
        [
            ("Hours of the quarter", "calculate 13 * 38.5"), ("Sizes of the build", "calculate 48.2 - 45.9, then list files"), ("Say hello to the new server", "say hello"),
            ("Translate the greeting", "say 你好，世界"), ("Budget for the conference", "calculate 3 * 1290 + 640"), ("Notes from Tuesday", "write \"Ship on Friday\" to tuesday.md, then summarise tuesday.md"),
            ("Check the backup", "list files, then say the backup is there"), ("Draft of the reply", "say 60 words"), ("Rows of the import", "calculate 100000 / 7"), ("Clean the sample data", "write \"a,b\" to sample.csv, then count lines in sample.csv"),
        ];
        for (var i = 0; i < done.Length; i++)
        {
            var id = await TaskAsync(agents[i % agents.Length], done[i].Title, done[i].Order);
            await AllowAsync(id);
            await UntilAsync(id, "completed", "failed");
        }
    }

    /// <summary>Makes an agent with the tools of the one that comes with all of them.</summary>
    private async Task<string> AgentAsync(string name, string description)
    {
        var whole = (await GetAsync("agents")).GetProperty("items").EnumerateArray().MaxBy(agent => agent.GetProperty("tools").GetArrayLength());
        return Id(await PostAsync("agents", new { name, description, instructions = "Follow the order, one step after the other.", model = "builtin/assistant", tools = whole.GetProperty("tools") }));
    }

    private async Task<string> TaskAsync(string agentId, string title, string message, int? timeout = null) =>
        Id(await PostAsync("tasks", new { agent_id = agentId, title, message = message.Trim(), allow_duplicates = true, timeout_s = timeout }));

    /// <summary>Answers whatever a task asks for with yes, until it has ended.</summary>
    private async Task AllowAsync(string taskId)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begin) < Patience; await Task.Delay(200, cancellationToken))
        {
            foreach (var request in (await GetAsync($"requests?task_id={taskId}")).GetProperty("items").EnumerateArray())
                await PostAsync($"requests/{request.GetProperty("request_id").GetString()}/answer", new { decision = "allow" });
            if (await StatusAsync(taskId) is "completed" or "failed" or "cancelled") return;
        }

        throw new TimeoutException($"Task {taskId} did not end.");
    }

    private async Task UntilAsync(string taskId, params string[] statuses)
    {
        for (var begin = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begin) < Patience; await Task.Delay(100, cancellationToken))
        {
            if (await StatusAsync(taskId) is { } status && Array.IndexOf(statuses, status) >= 0) return;
        }

        throw new TimeoutException($"Task {taskId} did not become {string.Join(" or ", statuses)}.");
    }

    private async Task<string?> StatusAsync(string taskId) => (await GetAsync($"tasks/{taskId}")).GetProperty("status").GetString();

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await server.GetAsync($"/api/{path}", cancellationToken));

    private async Task<JsonElement> PostAsync(string path, object body) => JsonElement.Parse(await server.PostAsync($"/api/{path}", JsonSerializer.Serialize(body), cancellationToken));

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;
}
