using Bunit;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The chat of one task, fed by a test.</summary>
public abstract class ChatContext : PageContext
{
    private protected ChatContext()
    {
    }

    private protected TaskLogBuilder Log { get; } = new();

    private protected IRenderedComponent<TaskChat> Open() => Render<TaskChat>(chat => chat.Add(page => page.TaskId, "task_000001"));

    /// <summary>Opens the chat of a task and waits until it is drawn.</summary>
    private protected async Task<IRenderedComponent<TaskChat>> OpenAsync(AgentTask task)
    {
        if (!Store.Tasks.Exists(known => known.Id == task.Id)) Store.Tasks.Insert(0, task);
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(task));
        await Until(() => page.FindAll("header h1").Count == 1);
        return page;
    }

    /// <summary>Until the page says this somewhere within.</summary>
    private protected Task UntilSaid(IRenderedComponent<TaskChat> page, string selector, string words) =>
        Until(() => page.FindAll(selector).Any(found => found.TextContent.Contains(words, StringComparison.Ordinal)));
}
