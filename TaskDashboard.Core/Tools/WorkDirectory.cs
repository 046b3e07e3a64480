using Microsoft.Win32.SafeHandles;

namespace TaskDashboard.Core.Tools;

/// <summary>
/// The one folder that a task's file tools reach. Every path that a model gives goes through <see cref="Resolve"/>, which says
/// where it really leads once all links are followed, and refuses it when that is outside. Safe for threads; cheap to make: the
/// disk is first looked at when a tool is called.
/// </summary>
/// <remarks>
/// Between the check and the use, someone else may swap a folder for a link. Where the system tells what a handle has open
/// (Linux), <see cref="Confirm"/> looks again after opening, before a byte is read or written.
/// </remarks>
internal sealed class WorkDirectory
{
    private static readonly StringComparison Comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
    private string? realRoot;

    /// <param name="root">A complete path; the folder is made at the first use if it is missing.</param>
    public WorkDirectory(string root)
    {
        if (!Path.IsPathFullyQualified(root)) throw new ArgumentException($"The work folder must be a complete path, not \"{root}\".", nameof(root));
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    }

    /// <summary>As it was given.</summary>
    public string Root { get; }

    /// <summary>Where a path leads, whether or not anything is there.</summary>
    /// <exception cref="ToolException">It is malformed, or leads outside.</exception>
    public WorkPath Resolve(string? path)
    {
        if (PathRules.Problem(path, OperatingSystem.IsWindows()) is { } problem) throw new ToolException(problem);
        var joined = Path.Combine(Root, path!);
        var real = RealPath.Of(joined);
        if (IsInside(real)) return Inside(real);
        throw new ToolException(LooksInside(joined)
            ? $"\"{path}\" leads out of the work folder through a link. Only files inside the work folder can be used."
            : $"\"{path}\" is outside the work folder. Give a path relative to it, such as \"src/A.cs\" (\".\" is the work folder itself).");
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

    /// <summary>Opens a file to read, after looking twice where it is.</summary>
    /// <exception cref="ToolException">It was swapped for something outside in the meantime.</exception>
    public FileStream OpenRead(WorkPath path)
    {
        var stream = new FileStream(path.Full, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan, BufferSize = 0 });
        try
        {
            Confirm(stream.SafeFileHandle, path);
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
        var root = RealRoot();
        return real.StartsWith(root, Comparison)
            && (real.Length == root.Length || Path.EndsInDirectorySeparator(root) || real[root.Length] == Path.DirectorySeparatorChar);
    }

    private bool LooksInside(string joined) => Path.GetFullPath(joined) is var lexical
        && (lexical.Equals(Root, Comparison) || lexical.StartsWith(Path.EndsInDirectorySeparator(Root) ? Root : Root + Path.DirectorySeparatorChar, Comparison));

    private string Shown(string real) => Path.GetRelativePath(RealRoot(), real).Replace(Path.DirectorySeparatorChar, '/');

    private string RealRoot()
    {
        if (realRoot is { } known) return known;
        Directory.CreateDirectory(Root);
        return realRoot = RealPath.Of(Root);
    }
}
