using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.TaskList;

/// <summary>A part of the list: a group with its heading, or the whole list without one.</summary>
/// <param name="Group">The heading; null for none.</param>
/// <param name="Pages">Its rows.</param>
/// <param name="Counted">How many rows it has, as far as that was counted.</param>
internal sealed record TaskListSection(TaskGroupModel? Group, TaskListPages Pages, Func<long> Counted)
{
    /// <summary>Never less than what was read, and one more; exact once the end was read.</summary>
    public int RowCount => Pages.End ?? (int)Math.Clamp(Counted(), Pages.Known + 1, int.MaxValue);

    public int HeadCount => Group is null ? 0 : 1;

    public int LineCount => HeadCount + ShownRows;

    public int ShownRows => Group is { IsClosed: true } ? 0 : RowCount;
}

/// <summary>
/// The list as lines, one below the other. A line is found by the numbers of the sections before it, so nothing of a section is read that is not
/// looked at, however long those before it are.
/// </summary>
internal sealed class TaskListSections(IReadOnlyList<TaskListSection> sections)
{
    public IReadOnlyList<TaskListSection> Items => sections;

    public int Total => sections.Sum(section => section.RowCount);

    public int LineCount => sections.Sum(section => section.LineCount);

    public async Task<IReadOnlyList<TaskListLine>> LinesAsync(int start, int count, CancellationToken cancellationToken)
    {
        var lines = new List<TaskListLine>(count);
        var shown = new HashSet<TaskListLine>(count);
        var skip = start;
        foreach (var section in sections)
        {
            if (lines.Count >= count) break;
            if (skip >= section.LineCount)
            {
                skip -= section.LineCount;
                continue;
            }

            if (section.Group is { } group && skip == 0) lines.Add(group);
            var first = Math.Max(0, skip - section.HeadCount);
            skip = 0;

            // As many as are wanted and not as many as were counted: more may have come, and the reading ends where they end.
            var wanted = section.Group is { IsClosed: true } ? 0 : count - lines.Count;
            if (wanted <= 0) continue;

            // Groups are read at different times: a task that moved in between stands in both, and is shown once.
            lines.AddRange((await section.Pages.RangeAsync(first, wanted, cancellationToken)).Where(shown.Add));
        }

        return lines;
    }

    /// <summary>The number of a row's line, for a row that is kept and shown; null for others.</summary>
    public int? PositionOf(string taskId)
    {
        var before = 0;
        foreach (var section in sections)
        {
            if (section.Pages.PositionOf(taskId) is { } place) return section.ShownRows == 0 ? null : before + section.HeadCount + place;
            before += section.LineCount;
        }

        return null;
    }

    /// <summary>The ids of a range of lines that may be far longer than what is kept.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(int start, int count, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        var (from, end) = (start, start + count);
        foreach (var section in sections)
        {
            var first = Math.Max(0, from - section.HeadCount);
            var last = Math.Min(section.ShownRows, end - section.HeadCount);
            if (last > first) ids.AddRange(await section.Pages.IdsAsync(first, last - first, cancellationToken));
            from -= section.LineCount;
            end -= section.LineCount;
            if (end <= 0) break;
        }

        return ids;
    }
}
