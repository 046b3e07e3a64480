using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.Core.Tools;

/// <summary>
/// The folders that a task's file tools reach: its work folder, and those that were added to it. Every path that a model gives goes through
/// <see cref="Resolve"/>, which says where it really leads once all links are followed, and refuses it when that is outside. Safe for threads;
/// cheap to make: the disk is first looked at when a tool is called.
/// </summary>
/// <remarks>
/// Between the check and the use, someone else may swap a folder for a link. Where the system tells what a handle has open
/// (Linux), <see cref="Confirm"/> looks again after opening, before a byte is read or written.
/// A file that has a second name (a hard link) may be one from outside: it is neither read nor changed, but in <c>.git</c> and <c>node_modules</c>, where git
/// and package managers make such names all the time.
/// </remarks>
internal sealed class WorkDirectory
{
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
    private static readonly string[] FoldersOfHardLinks = [".git", "node_modules"];
    private readonly IReadOnlyList<string> added;
    private readonly string? hidden;
    private Reach? reach;

    /// <param name="root">A complete path without links; the folder is made at the first use if it is missing.</param>
    /// <param name="added">Further folders, as such paths.</param>
    /// <param name="hidden">A folder of which nothing is reached but what is one of those folders, or in one; null for none.</param>
    public WorkDirectory(string root, IReadOnlyList<string>? added = null, string? hidden = null)
    {
        if (!Path.IsPathFullyQualified(root)) throw new ArgumentException($"The work folder must be a complete path, not \"{root}\".", nameof(root));
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        this.added = added ?? [];
        this.hidden = hidden;
    }

    /// <summary>The folders of a run.</summary>
    public WorkDirectory(ToolContext context)
        : this(context.WorkDir, context.AddDirs, context.Hidden)
    {
    }

    /// <summary>The work folder as it was given.</summary>
    public string Root { get; }

    /// <summary>Where a path leads, whether or not anything is there.</summary>
    /// <exception cref="ToolException">It is malformed, or leads outside.</exception>
    public WorkPath Resolve(string? path)
    {
        if (PathRules.Problem(path, OperatingSystem.IsWindows()) is { } problem) throw new ToolException(problem);
        var joined = Path.Combine(Root, path!);
        var real = RealPath.Of(joined);
        if (PathRules.SystemFolder(real) is { } system) throw new ToolException($"\"{path}\" is in {system}, which shows the system and not files. Only files in the work folder can be used.");
        if (IsInside(real)) return Inside(real);
        if (IsHidden(real)) throw new ToolException($"\"{path}\" belongs to the program that you run in, and is out of reach. Only files in the work folder can be used.");
        throw new ToolException(LooksInside(joined)
            ? $"\"{path}\" leads out of the work folder through a link. Only files inside the work folder can be used."
            : $"\"{path}\" is outside the work folder. Give a path relative to it, such as \"src/A.cs\" (\".\" is the work folder itself){Others()}.");
    }

    /// <summary>A file that is there.</summary>
    /// <exception cref="ToolException">There is none, it is a folder, or <see cref="Resolve"/> refuses it.</exception>
    public WorkPath ResolveFile(string? path)
    {
        var resolved = Resolve(path);
        if (resolved.IsFile) return resolved;
        throw new ToolException(resolved.IsFolder
            ? $"\"{resolved.Shown}\" is a folder, not a file. list_files shows what is in it."
            : $"There is no file \"{resolved.Shown}\". list_files shows what is there.");
    }

    /// <summary>The path of something that was found by walking a folder that <see cref="Resolve"/> allowed, without following links.</summary>
    public WorkPath Inside(string real) => new(real, Shown(real));

    /// <summary>Whether something that was found so is for tools: the program's own data may lie in a folder that was given.</summary>
    public bool Reaches(WorkPath path) => IsInside(path.Full);

    /// <summary>Opens a file to read, after looking twice where it is.</summary>
    /// <exception cref="ToolException">It was swapped for something outside in the meantime, or has a second name.</exception>
    /// <exception cref="IOException">It is no file: a pipe would hold its reader for ever.</exception>
    public FileStream OpenRead(WorkPath path)
    {
        var stream = RegularFile.OpenRead(path.Full);
        try
        {
            Confirm(stream.SafeFileHandle, path);
            if (FileLinks.Count(stream.SafeFileHandle) > 1 && !MayHaveSeveralNames(path))
            {
                throw new ToolException(
                    $"\"{path.Shown}\" has another name somewhere (a hard link), so it may be a file from outside the work folder, and is left alone. "
                    + "Work with a copy under another path; only files in .git and node_modules may have several names.");
            }

            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Looks where an open file really is, on the systems that tell; elsewhere it trusts the check before.</summary>
    /// <exception cref="ToolException">It is outside.</exception>
    public void Confirm(SafeFileHandle handle, WorkPath path)
    {
        if (!OperatingSystem.IsLinux()) return;
        var opened = new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget;
        if (opened is not null && !IsInside(opened)) throw new ToolException($"\"{path.Shown}\" was moved out of the work folder while it was being opened.");
    }

    private bool IsInside(string real)
    {
        if (PathRules.SystemFolder(real) is not null) return false;
        var (folders, secret) = Reached();
        return folders.Any(folder => IsIn(real, folder) && (secret is null || !IsIn(real, secret) || IsIn(folder, secret)));
    }

    private bool IsHidden(string real) => Reached() is { Hidden: { } secret } known && IsIn(real, secret) && known.Folders.Any(folder => IsIn(real, folder));

    private static bool IsIn(string path, string folder) => path.StartsWith(folder, Comparison)
        && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    private bool LooksInside(string joined) => Path.GetFullPath(joined) is var lexical && (IsIn(lexical, Root) || this.added.Any(folder => IsIn(lexical, folder)));

    private bool MayHaveSeveralNames(WorkPath path)
    {
        var home = Reached().Folders.First(folder => IsIn(path.Full, folder));
        var folders = Path.GetRelativePath(home, path.Full).Split(Path.DirectorySeparatorChar)[..^1];
        return folders.Intersect(FoldersOfHardLinks, StringComparer.Ordinal).Any();
    }

    private string Others() => this.added.Count == 0 ? "" : $", or a complete path in {string.Join(" or ", this.added)}";

    private string Shown(string real)
    {
        var root = Reached().Folders[0];
        return (IsIn(real, root) ? Path.GetRelativePath(root, real) : real).Replace(Path.DirectorySeparatorChar, '/');
    }

    private Reach Reached()
    {
        if (reach is { } known) return known;
        Directory.CreateDirectory(Root);
        return reach = new([.. this.added.Prepend(Root).Select(folder => RealPath.OfGiven(folder, this.hidden))], this.hidden is null ? null : RealPath.Of(this.hidden));
    }

    /// <param name="Folders">Where the folders really are, the work folder first.</param>
    /// <param name="Hidden">Where the hidden one really is.</param>
    private sealed record Reach(IReadOnlyList<string> Folders, string? Hidden);
}
