using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Requests;

/// <summary>An engine with a tool that needs approval, and that counts how often it was really called with what.</summary>
internal sealed class AskingEngine : IAsyncDisposable
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> effects = new();

    private AskingEngine(Engine engine) => Engine = engine;

    public Engine Engine { get; private set; }

    public IRequestService Requests => Engine.Services.GetRequiredService<IRequestService>();

    public IApprovalRules Rules => Engine.Services.GetRequiredService<IApprovalRules>();

    /// <summary>What the tool <c>act</c> was called with, in order.</summary>
    public IReadOnlyList<string> Effects => [.. effects];

    public static async Task<AskingEngine> StartAsync(AgentScript script, ApprovalPolicy? policy = null, TimeProvider? time = null, string? directory = null, string[]? tools = null, int slots = 64, CommitHook? listener = null,
        Action<IServiceCollection>? services = null)
    {
        var asking = new AskingEngine(null!);
        asking.Engine = await Engine.StartWithAsync(registered =>
        {
            registered.AddSingleton<IToolSource>(new ActTool(asking.effects.Enqueue));
            if (listener is not null) registered.AddSingleton<ICommitListener>(listener);
            services?.Invoke(registered);
        }, script.Play, directory, time,
            ("Limits:MaxConcurrentRuns", slots.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var agents = asking.Engine.Services.GetRequiredService<IAgentStore>();
        await agents.SaveAsync((await agents.FindAsync(asking.Engine.AgentId))! with { Tools = tools ?? ["act", "ask_user", "calculate"], Approval = policy ?? new ApprovalPolicy() });
        return asking;
    }

    /// <summary>Makes another agent with the same tools.</summary>
    public async Task<string> AddAgentAsync(string name = "Other", ApprovalPolicy? policy = null)
    {
        var agents = Engine.Services.GetRequiredService<IAgentStore>();
        var id = Engine.Services.GetRequiredService<Core.Identity.IdSource>().NewAgent();
        await agents.SaveAsync((await agents.FindAsync(Engine.AgentId))! with { Id = id, Name = name, Approval = policy ?? new ApprovalPolicy() });
        return id;
    }

    /// <summary>Waits until so many requests of a task are open.</summary>
    public async Task<IReadOnlyList<TaskRequest>> OpenAsync(string taskId, int count = 1) =>
        (await Engine.WaitForAsync(taskId, task => task.OpenRequests.Count == count && task.Status == AgentTaskStatus.Waiting)).OpenRequests;

    public Task<AnsweredRequest> AnswerAsync(TaskRequest request, string answer, Func<RequestAnswer, RequestAnswer>? with = null) =>
        Requests.AnswerAsync(request.RequestId, with is null ? new RequestAnswer(answer) : with(new RequestAnswer(answer)), "you");

    /// <summary>The results of a task's tool calls.</summary>
    public async Task<IReadOnlyList<ToolResultData>> ResultsAsync(string taskId) =>
        [.. (await Engine.Reader.ListEventsAsync(taskId, 0, 1_000)).Select(told => told.Data).OfType<ToolResultData>()];

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    /// <summary><c>act</c>: has an effect that can be counted.</summary>
    private sealed class ActTool(Action<string> act) : IToolSource
    {
        public IReadOnlyList<string> Names => ["act"];

        public IEnumerable<AgentTool> Create(ToolContext context)
        {
            var function = Microsoft.Extensions.AI.AIFunctionFactory.Create(
                (string what) =>
                {
                    act(what);
                    return $"Did {what}.";
                },
                "act");
            yield return new AgentTool(function, ToolRisk.Execute, arguments => $"Act: {arguments.GetValueOrDefault("what")}") { Subject = new ToolSubject(ToolSubjectKind.Command, "what") };
        }
    }
}
