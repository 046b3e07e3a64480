using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Approvals;

/// <summary>Finds out which file of a task's folders a path leads to, by whichever detours and links, and names it as rules do.</summary>
internal static class SubjectPath
{
    /// <summary>Relative to the work folder where it is in there, else complete; null for what is no path.</summary>
    public static string? Find(AgentTask task, string path)
    {
        try
        {
            var real = RealPath.Of(Path.Combine(task.WorkDir, path));
            if (Below(task.WorkDir, real) is { } inside) return inside;
            foreach (var folder in task.Settings.AddDirs)
            {
                if (Below(folder, real) is { } added) return Path.Join(folder, added);
            }

            return real;
        }
        catch (Exception unfit) when (unfit is ToolException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // The tool will say what is wrong with it.
            return null;
        }
    }

    private static string? Below(string folder, string real)
    {
        var relative = Path.GetRelativePath(RealPath.Of(folder), real);
        return relative == ".." || relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }
}
