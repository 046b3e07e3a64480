using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Views;

namespace TaskDashboard.App.ViewModels.Commands;

/// <summary>
/// What the palette has to ask the server for: what can be done with a task, and tasks by their names. Pages and choices it knows by itself
/// (<see cref="Place"/>). Used on the circuit's own thread.
/// </summary>
public sealed class PaletteViewModel(ITaskReader reader, ISavedViews views, CurrentCaller caller, PendingDeletions deletions, IStringLocalizer<Strings> words)
{
    /// <summary>As many tasks as can be looked over.</summary>
    public const int MostTasks = 8;

    /// <summary>More nobody looks for by hand.</summary>
    private const int LongestQuery = 200;

    /// <summary>What can be done with a task; null where there is none, or where it is not theirs to see.</summary>
    public async Task<PaletteVerbs?> FindVerbsAsync(string taskId, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(taskId, cancellationToken) is not { } task) return null;
        var (mayWrite, mayMake) = (reader.MayWrite(task), caller.Value.Role >= PersonRole.Member);
        var liveBelow = mayWrite && TaskStatusAppearance.CanStop(task)
            ? (await reader.ListTreeAsync(taskId, cancellationToken)).Count(one => one.Id != taskId && !one.Status.IsTerminal())
            : 0;
        return new PaletteVerbs(task.Title, [.. TaskVerb.For(task, mayWrite, reader.MayRemove(task), mayMake, liveBelow).Select(Describe)]);
    }

    /// <summary>The lists that the person has named.</summary>
    public IEnumerable<PaletteView> ListViews() => views.List().Select(view => new PaletteView(view.Id, view.Name, ViewAddress.Of(view), "tasks"));

    /// <summary>Tasks by the words of their names, the newest first; without words those that were chosen last, and then the newest.</summary>
    /// <param name="query">What was typed so far.</param>
    /// <param name="recent">Ids of tasks that were chosen before, the last first.</param>
    /// <param name="cancellationToken">Something else is looked for meanwhile.</param>
    public async Task<IReadOnlyList<PaletteTask>> FindTasksAsync(string query, IReadOnlyList<string> recent, CancellationToken cancellationToken = default)
    {
        var typed = query.Trim();
        if (typed.Length > LongestQuery) typed = typed[..LongestQuery];
        var found = new List<AgentTask>();
        if (typed.Length == 0)
        {
            foreach (var taskId in recent.Distinct().Take(MostTasks))
            {
                if (await FindAsync(taskId, cancellationToken) is { } task) found.Add(task);
            }
        }

        // Those that are about to be deleted are left out below: ask for as many more.
        var wanted = new TaskQuery { Search = typed.Length == 0 ? null : typed, NamesOnly = true, Limit = Math.Min(TaskQuery.MaxLimit, MostTasks + deletions.Items.Count) };
        if (found.Count < MostTasks) found.AddRange((await reader.ListAsync(wanted, cancellationToken)).Items);
        var gone = deletions.Items.Select(task => task.Id).ToHashSet();
        return [.. found.DistinctBy(task => task.Id).Where(task => !gone.Contains(task.Id)).Take(MostTasks).Select(Describe)];
    }

    /// <summary>A task as it is now; null where there is none, or where it is about to be deleted.</summary>
    public async Task<AgentTask?> FindAsync(string taskId, CancellationToken cancellationToken = default) =>
        deletions.Items.Any(task => task.Id == taskId) ? null : await reader.FindAsync(taskId, cancellationToken);

    private PaletteVerb Describe(TaskVerb verb) => new(
        verb.Name,
        verb.Icon,
        verb.Count is { } count ? words[verb.LabelKey, count] : words[verb.LabelKey],
        verb.Address,
        verb.IsDownload,
        verb.IsCopied,
        verb.IsDanger);

    private PaletteTask Describe(AgentTask task)
    {
        var look = TaskStatusAppearance.For(task);
        return new PaletteTask(task.Id, task.Title, task.AgentName, $"chat?taskId={task.Id}", look.Tone, look.Icon, words[look.LabelKey], look.Detail);
    }
}

/// <summary>What can be done with a task.</summary>
/// <param name="Title">Of the task.</param>
/// <param name="Verbs">The most wanted first.</param>
public sealed record PaletteVerbs(string Title, IReadOnlyList<PaletteVerb> Verbs);

/// <summary>One verb, ready to be shown.</summary>
/// <param name="Name">What it is called in scripts.</param>
/// <param name="Icon">The name of its icon.</param>
/// <param name="Label">Its words.</param>
/// <param name="Address">Where it leads, for those that need no server.</param>
/// <param name="IsDownload">The address is of a file.</param>
/// <param name="IsCopied">The address is to be copied.</param>
/// <param name="IsDanger">It ends something.</param>
public sealed record PaletteVerb(string Name, string Icon, string Label, string? Address, bool IsDownload, bool IsCopied, bool IsDanger);

/// <summary>One task, ready to be shown.</summary>
/// <param name="Id">Of the task.</param>
/// <param name="Title">Of the task.</param>
/// <param name="Agent">Who works on it.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Tone">Colour class of its status.</param>
/// <param name="Icon">The name of its status' icon.</param>
/// <param name="Status">Its status in words.</param>
/// <param name="Reason">Why, in one sentence; null for nothing to say.</param>
public sealed record PaletteTask(string Id, string Title, string Agent, string Address, string Tone, string Icon, string Status, string? Reason);

/// <summary>One saved view, ready to be shown.</summary>
/// <param name="Id">Of the view.</param>
/// <param name="Name">What its person calls it.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Icon">The name of its icon.</param>
public sealed record PaletteView(string Id, string Name, string Address, string Icon);
