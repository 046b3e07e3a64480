using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Processes.Sandboxing;

/// <summary>What a command in the sandbox has of the machine's own folders. All complete paths.</summary>
/// <param name="Writable">Where it may write: the work folder and those that were added.</param>
/// <param name="Hidden">The program's own data, of which it sees nothing but its folders; null for none.</param>
internal sealed record SandboxFolders(IReadOnlyList<string> Writable, string? Hidden)
{
    /// <summary>What it may read beside, because what it writes belongs to it: the git folder of a worktree's repository.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>The folders of a run.</summary>
    /// <exception cref="ToolException">One of them leads elsewhere now.</exception>
    public static SandboxFolders Of(ToolContext context)
    {
        var given = context.AddDirs.Prepend(context.WorkDir).Select(folder => RealPath.OfGiven(folder, context.Hidden));
        var folders = new SandboxFolders([.. given], context.Hidden is null ? null : RealPath.Of(context.Hidden));
        if (context.Worktree is not { } worktree || Path.Join(worktree.Repository, ".git") is not { } git || !IsItself(git)) return folders;

        // As much as a commit needs. Neither the configuration nor hooks, which git runs for whoever uses the repository next.
        var own = Directory.Exists(context.WorkDir) ? OwnPart(git, context) : [];
        return folders with { Readable = [git], Writable = [.. folders.Writable, .. own] };
    }

    private static IEnumerable<string> OwnPart(string git, ToolContext context)
    {
        var name = Path.GetRelativePath(Path.Join(context.Hidden, "worktrees"), context.WorkDir).Split(Path.DirectorySeparatorChar)[0];
        return new[] { "objects", "refs", "logs", $"worktrees/{name}" }.Select(part => Path.Join(git, part)).Where(IsItself);
    }

    /// <summary>Whether it is a folder and no link: one could have been put there by whoever worked in the repository, to be let in elsewhere.</summary>
    private static bool IsItself(string folder) => Directory.Exists(folder) && RealPath.Of(folder) == folder;
}
