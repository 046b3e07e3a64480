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

    private static void PushSegments(Stack<string> pending, string path)
    {
        foreach (var segment in path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]).Reverse()) pending.Push(segment);
    }
}
