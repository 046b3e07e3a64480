using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Commands;

/// <summary>Something that can be done with a task: an entry of its menu, and of the palette.</summary>
/// <param name="Name">What it is called in scripts, such as <c>rename</c>.</param>
/// <param name="Icon">Name of its icon.</param>
/// <param name="LabelKey">Key of its words.</param>
public sealed record TaskVerb(string Name, string Icon, string LabelKey)
{
    public const string Answer = "answer";
    public const string Stop = "stop";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Retry = "retry";
    public const string Rerun = "rerun-with";
    public const string Repeat = "repeat";
    public const string SaveAsTemplate = "save-as-template";
    public const string Rename = "rename";
    public const string Budget = "budget";
    public const string Delete = "delete";

    /// <summary>The number in its words; null where they have none.</summary>
    public int? Count { get; init; }

    /// <summary>Where it leads, for those that the browser does alone.</summary>
    public string? Address { get; init; }

    /// <summary>The address is of a file.</summary>
    public bool IsDownload { get; init; }

    /// <summary>The address is to be copied, not gone to.</summary>
    public bool IsCopied { get; init; }

    /// <summary>It has a button of its own beside the menu.</summary>
    public bool HasButton { get; init; }

    /// <summary>It ends something.</summary>
    public bool IsDanger { get; init; }

    /// <summary>What somebody may do with a task as it is now, the most wanted first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="mayWrite">They may steer it.</param>
    /// <param name="mayRemove">They may delete it.</param>
    /// <param name="mayMake">They may make tasks of their own.</param>
    /// <param name="liveBelow">How many live tasks go down with it.</param>
    public static IReadOnlyList<TaskVerb> For(AgentTask task, bool mayWrite, bool mayRemove, bool mayMake, int liveBelow = 0)
    {
        // What was imported stays as it is, whoever looks.
        var mayChange = mayWrite && task.ImportedFrom is null;
        var verbs = new List<TaskVerb> { new("view-chat", "chat", "Task.ViewChat") { Address = $"chat?taskId={task.Id}", HasButton = true } };
        if (mayWrite && TaskStatusAppearance.NeedsYou(task)) verbs.Add(new(Answer, "hand", "Task.Answer") { HasButton = true });
        if (mayWrite && TaskStatusAppearance.CanStop(task))
        {
            verbs.Add(liveBelow > 0
                ? new(Stop, "stop", "Task.StopMany") { Count = liveBelow + 1, HasButton = true, IsDanger = true }
                : new(Stop, "stop", "Task.Stop") { HasButton = true, IsDanger = true });
        }

        if (mayChange && TaskStatusAppearance.CanRunNow(task)) verbs.Add(new(Retry, "retry", "Task.RunNow"));
        if (mayChange && TaskStatusAppearance.CanRetry(task)) verbs.Add(new(Retry, "retry", "Task.Retry"));
        if (mayChange && TaskStatusAppearance.CanPause(task)) verbs.Add(new(Pause, "pause", "Task.Pause"));
        if (mayChange && TaskStatusAppearance.CanResume(task)) verbs.Add(new(Resume, "play", "Task.Resume"));
        if (mayMake)
        {
            verbs.Add(new(Rerun, "rerun", "Forks.RerunWith"));
            if (task.ImportedFrom is null) verbs.Add(new(Repeat, "clock", "Triggers.Repeat"));
            verbs.Add(new(SaveAsTemplate, "template", "Templates.SaveAs"));
        }

        if (mayChange)
        {
            verbs.Add(new(Rename, "pencil", "Task.Rename"));
            verbs.Add(new(Budget, "pulse", "Budget.Menu"));
        }

        if (task.RunId is { } runId) verbs.Add(new("open-run", "pulse", "Runs.ToRun") { Address = $"runs/{runId}" });
        verbs.Add(new("copy-link", "link", "Task.CopyLink") { Address = $"chat?taskId={task.Id}", IsCopied = true });
        verbs.Add(new("export-zip", "download", "Archive.ExportZip") { Address = $"api/tasks/{task.Id}/export?format=zip", IsDownload = true });
        verbs.Add(new("export-markdown", "download", "Archive.ExportMarkdown") { Address = $"api/tasks/{task.Id}/export?format=markdown", IsDownload = true });
        if (mayRemove) verbs.Add(new(Delete, "trash", task.Status.IsTerminal() ? "Task.Delete" : "Task.StopAndDelete") { HasButton = true, IsDanger = true });
        return verbs;
    }
}
