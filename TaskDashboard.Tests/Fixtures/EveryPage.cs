using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>A program with something on each of its pages, and where they are. What people named is Greek, so that it is told from the program's own words.</summary>
internal sealed class EveryPage : IAsyncDisposable
{
    private const string Widest = """
        () => document.documentElement.scrollWidth <= innerWidth ? null
          : [...document.querySelectorAll("body *")].filter(element => element.getBoundingClientRect().right > innerWidth + 1).map(element => element.outerHTML.slice(0, 120)).slice(0, 3).join(" | ")
        """;

    /// <summary>What is wider than the screen once the page has settled at its new size; null where nothing is.</summary>
    public static async Task<string?> FindWidestAsync(IPage page)
    {
        try
        {
            await page.WaitForFunctionAsync("() => document.documentElement.scrollWidth <= innerWidth", null, new() { Timeout = 5_000 });
            return null;
        }
        catch (TimeoutException)
        {
            return await page.EvaluateAsync<string?>(Widest);
        }
    }

    // The built-in model follows English orders.
    private static readonly string[] Orders =
        ["write one to a.txt, then replace \"one\" with \"two\" in a.txt, then plan: read, write, rest, then list files", "read no-such-file.txt, then fail", "ask me which (a or b)", "run ls -la"];

    private EveryPage(DashboardApplication program) => Program = program;

    public DashboardApplication Program { get; }

    /// <summary>What each page is called in a failure, its address under the root, and an element that says that it is drawn.</summary>
    public IReadOnlyList<(string Name, string Address, string Drawn)> Pages { get; private set; } = [];

    public static async Task<EveryPage> StartAsync(Action<IServiceCollection>? services = null)
    {
        var every = new EveryPage(await DashboardApplication.StartAsync(realModels: true, services: services));
        await every.FillAsync();
        return every;
    }

    /// <summary>What is on the pages and was said by people, models and tools, the longest first; names that are the same in every language among it.</summary>
    public async Task<string[]> ListNamesAsync()
    {
        var agents = await Program.Services.GetRequiredService<AgentStore>().ListAsync();
        var tools = Program.Services.GetRequiredService<ToolCatalog>().Descriptions;
        string?[] names =
        [
            "TaskDashboard", "English", "builtin/assistant", "assistant", "builtin", Program.DataDirectory, .. Orders, "Run ls -la", "Ask: which", "which", "Write a.txt", "Edit a.txt", "Plan: 0 of 3 done", "List .",
            .. agents.SelectMany(agent => new[] { agent.Name, agent.Description }), .. tools.SelectMany(tool => new[] { tool.Name, tool.Description }),
        ];
        return [.. names.OfType<string>().Where(name => name.Length > 0).Distinct().OrderByDescending(name => name.Length)];
    }

    private async Task FillAsync()
    {
        var agent = Program.AgentId;
        var done = await CreateAsync(Orders[0], "Αλφα");
        var failed = await CreateAsync(Orders[1], "Βητα");
        var asked = await CreateAsync(Orders[2], "Γαμμα");
        await CreateAsync(Orders[3], "Δελτα");
        await Program.Tasks.CreateAsync(new CreateTask { AgentId = agent, Message = "Ζητα", Title = "Ζητα", DelayUntil = DateTimeOffset.UtcNow.AddHours(1) });
        await PostAsync("api/triggers", new { agent_id = agent, message = "Ητα", cron = "0 9 * * 1-5", time_zone = "Europe/Berlin" });
        await PostAsync("api/templates", new { name = "Θητα", agent_id = agent, message = "Θητα {{number}}", parameters = new[] { new { name = "number", type = "integer", required = true } } });
        var comparison = await PostAsync("api/comparisons", new { prompt = "Ιωτα", candidates = new object[] { new { agent_id = agent }, new { agent_id = agent, model = "builtin/assistant" } } });
        done = await Program.WaitForAsync(done.Id, task => task.Status.IsTerminal() || task.Status == AgentTaskStatus.Waiting);
        foreach (var request in (await Program.Client.GetFromJsonAsync<JsonElement>($"api/requests?task_id={done.Id}")).GetProperty("items").EnumerateArray())
        {
            await PostAsync($"api/requests/{request.GetProperty("request_id").GetString()}/answer", new { decision = "allow" });
        }

        done = await Program.WaitForAsync(done.Id, task => task.Status.IsTerminal());
        await Program.WaitForAsync(failed.Id, task => task.Status.IsTerminal());
        await Program.WaitForAsync(asked.Id, AgentTaskStatus.Waiting);
        Pages =
        [
            ("tasks", "tasks", "[data-task-id]"),
            ("grouped tasks", "tasks?group=parent", "[data-group-key]"),
            ("filtered tasks", "tasks?status=failed&q=nothing", ".empty-state"),
            ("new chat", "chat", "textarea[data-attached]"),
            ("chat", $"chat?taskId={done.Id}", "textarea[data-attached]"),
            ("chat that asks", $"chat?taskId={asked.Id}", ".request.open"),
            ("approvals", "approvals", ".request.open"),
            ("agents", "agents", ".agent-card"),
            ("agent", $"agents/{agent}", "form, .editor"),
            ("schedules", "schedules", "[data-trigger-id]"),
            ("templates", "templates", "[data-template-id]"),
            ("usage", "usage", "h1"),
            ("run", $"runs/{done.RunId}", "button.span-row"),
            ("comparison", $"comparisons/{comparison.GetProperty("id").GetString()}", "h1"),
            ("settings", "settings", "h1"),
            ("self-check", "self-check", ".check-list"),
            ("people", "people", "h1"),
            ("audit", "audit", "h1"),
            ("nowhere", "nowhere", "h1"),
        ];
    }

    private async Task<AgentTask> CreateAsync(string order, string title) =>
        (await Program.Tasks.CreateAsync(new CreateTask { AgentId = Program.AgentId, Message = order, Title = title })).Task;

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Program.Client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public ValueTask DisposeAsync() => Program.DisposeAsync();
}
