using System.ComponentModel;
using System.Globalization;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Tools.Tasks;

/// <summary>The tools by which an agent gives work to others: <c>spawn_task</c>, <c>send_message</c>, <c>cancel_task</c>, <c>wait_for_tasks</c>, <c>list_tasks</c>.</summary>
internal sealed class TaskToolSource : IToolSource
{
    private const int MaxSeconds = 86_400;

    private readonly Lazy<Subtasks> subtasks;
    private readonly Lazy<SubtaskWait> waits;
    private readonly ToolPrototype[] prototypes;

    /// <remarks>Lazy, because the engine that carries the tasks out needs the tools in turn.</remarks>
    public TaskToolSource(Lazy<Subtasks> subtasks, Lazy<SubtaskWait> waits)
    {
        this.subtasks = subtasks;
        this.waits = waits;
        prototypes =
        [
            new(SpawnAsync, "spawn_task",
                "Starts a sub-task that works beside you, in the same folder, with a fresh memory: say everything that it has to know. Its result comes to you by itself when it ends.",
                ToolRisk.Write, arguments => $"Start a task: {ToolTitle.Text(arguments, "message")}"),
            new(SendAsync, "send_message",
                "Says something to one of your sub-tasks while it works, to all of them (\"all\"), or to the task that started you (\"parent\").",
                ToolRisk.Write, arguments => $"Tell {ToolTitle.Text(arguments, "to")}: {ToolTitle.Text(arguments, "message")}"),
            new(CancelAsync, "cancel_task", "Stops one of your sub-tasks, and everything that it has started.",
                ToolRisk.Write, arguments => $"Stop task {ToolTitle.Text(arguments, "task")}"),
            new(WaitAsync, "wait_for_tasks",
                "Waits until your sub-tasks have ended and tells their results. Only needed when you cannot go on without them: at the end of your turn they are waited for anyway.",
                ToolRisk.Read, arguments => ToolTitle.Optional(arguments, "tasks") is { } tasks ? $"Wait for {tasks}" : "Wait for all tasks"),
            new(ListAsync, "list_tasks", "Your sub-tasks with their ids, names and where they stand.", ToolRisk.Read, _ => "List tasks"),
        ];
        Names = [.. prototypes.Select(prototype => prototype.Name)];
    }

    public IReadOnlyList<string> Names { get; }

    public IEnumerable<AgentTool> Create(ToolContext context)
    {
        var directory = new WorkDirectory(context);
        return prototypes.Select(prototype => prototype.Bind(directory));
    }

    private Task<string> SpawnAsync(
        [Description("What it is to do, with everything that it has to know.")] string message,
        [Description("A short name to address it by, such as \"tests\"; free again when it has ended.")] string? name = null,
        [Description("Name or id of the agent that gets it. Default: your own kind.")] string? agent = null,
        [Description("One line for people.")] string? title = null,
        [Description("provider/model. Default: the agent's.")] string? model = null,
        [Description("true for one that nobody will speak to while it works.")] bool one_shot = false,
        CancellationToken cancellationToken = default) => AnswerAsync(async by =>
        {
            var task = await subtasks.Value.SpawnAsync(
                by, new SpawnTask(message) { Name = name, Agent = agent, Title = title, Model = model, AcceptsMessages = !one_shot }, cancellationToken);
            return $"Started {task.Id}{(task.Name is null ? "" : $" ({task.Name})")}: {task.Title}";
        });

    private Task<string> SendAsync(
        [Description("Id or name of one of your live sub-tasks, \"all\", or \"parent\".")] string to,
        [Description("What to say.")] string message,
        [Description("steer: at its next step (default). queue: at the end of its turn. interrupt: now, dropping its present step.")] string mode = "steer",
        CancellationToken cancellationToken = default) => AnswerAsync(async by =>
        {
            var reached = await subtasks.Value.SendAsync(by, to, message, Mode(mode), cancellationToken);
            return $"Stored for {string.Join(", ", reached.Select(task => task.Name ?? task.Id))}.";
        });

    private Task<string> CancelAsync(
        [Description("Id or name of one of your live sub-tasks.")] string task, CancellationToken cancellationToken = default) => AnswerAsync(async by =>
        {
            var count = await subtasks.Value.CancelAsync(by, task, cancellationToken);
            return string.Create(CultureInfo.InvariantCulture, $"Stopped {count} {(count == 1 ? "task" : "tasks")}.");
        });

    private Task<string> WaitAsync(
        [Description("Ids or names of your sub-tasks, with commas between. Default: all that are at work.")] string? tasks = null,
        [Description("true to wait for each of them (default), false for the first one that ends.")] bool all = true,
        [Description("Longest wait, 1 to 86400. Default: as long as it takes.")] double? timeout_seconds = null,
        CancellationToken cancellationToken = default) => AnswerAsync(by =>
        {
            if (timeout_seconds is not (null or (>= 1 and <= MaxSeconds))) throw new ToolException($"timeout_seconds must be from 1 to {MaxSeconds}.");
            var targets = (tasks ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return waits.Value.WaitAsync(
                by, targets is ["all"] ? [] : targets, all, timeout_seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellationToken);
        });

    private Task<string> ListAsync(CancellationToken cancellationToken = default) => AnswerAsync(async by =>
    {
        var children = await subtasks.Value.ListAsync(by, cancellationToken);
        return children.Count == 0 ? "You have started no task." : Subtasks.Describe(children);
    });

    private static async Task<string> AnswerAsync(Func<Lineage, Task<string>> act)
    {
        var by = Lineage.Current ?? throw new ToolException("There is no task at work here.");
        try
        {
            return await act(by);
        }
        catch (RefusedException refusal)
        {
            throw new ToolException(refusal.Message, refusal);
        }
    }

    private static MessageMode Mode(string mode) => mode switch
    {
        "steer" => MessageMode.Steer,
        "queue" => MessageMode.Queue,
        "interrupt" => MessageMode.Interrupt,
        _ => throw new ToolException("mode has to be steer, queue or interrupt."),
    };
}
