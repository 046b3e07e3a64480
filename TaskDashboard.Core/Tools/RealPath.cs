namespace TaskDashboard.Core.Tools;

/// <summary>
/// Follows symbolic links (and junctions) as the operating system does, segment by segment, so that it is known where a path
/// leads before anything is opened. Segments that do not exist are kept as they are: a file that is yet to be made under a
/// linked folder resolves too.
/// </summary>
internal static class RealPath
{
    /// <summary>The bound of Linux. More is a loop, or as good as one.</summary>
    private const int MaxLinks = 40;

    /// <param name="absolute">A complete path.</param>
    /// <exception cref="ToolException">The links lead round in a circle.</exception>
    public static string Of(string absolute)
    {
        var real = Path.GetPathRoot(absolute)!;
        var pending = new Stack<string>();
        PushSegments(pending, absolute[real.Length..]);
        for (var links = 0; pending.TryPop(out var segment);)
        {
            if (segment is "" or ".") continue;
            if (segment == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Join(real, segment);
            var target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks) throw new ToolException($"The links at \"{segment}\" lead round in a circle. Use another path.");
            var root = Path.GetPathRoot(target)!;
            if (root.Length > 0) real = Path.GetPathRoot(Path.GetFullPath(target))!;
            PushSegments(pending, target[root.Length..]);
        }

        return real;
    }

    /// <summary>Where a folder that a task was given is. It was given as it really is: where links have come into its path since, they are not followed.</summary>
    /// <param name="given">A complete path.</param>
    /// <param name="home">The folder of the program's own data, which may be reached through links of its owner; null for none.</param>
    /// <exception cref="ToolException">It leads elsewhere now.</exception>
    public static string OfGiven(string given, string? home)
    {
        var real = Of(given);
        var plain = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        var expected = home is not null && Path.GetRelativePath(home, plain) is var within && !Path.IsPathRooted(within) && within.Split(Path.DirectorySeparatorChar)[0] != ".."
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(within, Of(home)))
            : plain;
        return real.Equals(expected, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal)
            ? real
            : throw new ToolException($"The folder {given} is not what it was: a link in its path leads to {real} now. Nothing is read or written there until the folder itself is back.");
    }

    private static void PushSegments(Stack<string> pending, string path)
    {
        foreach (var segment in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]).Reverse()) pending.Push(segment);
    }
}
