using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Tasks;

/// <summary>What the folders of a new task may be.</summary>
internal static class FolderValidation
{
    private const int MaxAddDirs = 10;

    /// <summary>Adds what is wrong with a task's folders, each under its field.</summary>
    public static void Check(CreateTask command, Dictionary<string, string[]> errors)
    {
        Check(command.WorkDir, command.AddDirs, errors);
        if (command is { Worktree: true, WorkDir: null }) errors["worktree"] = ["worktree needs a work_dir: a folder in the git repository that the worktree is to be of."];
    }

    /// <summary>Adds what is wrong with folders to work in, each under its field.</summary>
    public static void Check(string? workDir, IReadOnlyList<string> addDirs, Dictionary<string, string[]> errors)
    {
        if (workDir is not null && Problem("work_dir", workDir) is { } problem) errors["work_dir"] = [problem];
        var problems = addDirs.Select(added => Problem("add_dirs", added)).OfType<string>().ToArray();
        if (addDirs.Count > MaxAddDirs) errors["add_dirs"] = [$"add_dirs takes up to {MaxAddDirs} folders, not {addDirs.Count}."];
        else if (problems.Length > 0) errors["add_dirs"] = problems;
    }

    private static string? Problem(string field, string? folder)
    {
        if (PathRules.Problem(folder, OperatingSystem.IsWindows(), complete: true) is { } malformed) return $"{field}: {malformed}";
        if (!Path.IsPathFullyQualified(folder!) || !Directory.Exists(folder))
            return $"{field} has to be the absolute path of a folder that exists; \"{folder}\" is none.";
        if (PathRules.SystemFolder(RealPath.Of(folder!)) is { } system) return $"{field} is \"{folder}\", which is in {system}: that shows the system, not files. Give another folder.";

        // Whoever may change the link could lead the task anywhere later on.
        var plain = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder!));
        return new DirectoryInfo(plain).LinkTarget is null ? null : $"{field} is \"{folder}\", a link to {RealPath.Of(plain)}. Give that path instead.";
    }
}
