namespace TaskDashboard.Core.Processes;

/// <summary>Finds programs where the system would.</summary>
internal static class SearchPath
{
    /// <summary>The program in the folders of a search path, which is this process's own when none is given; null when none of them has it. Relative folders are passed over: what they hold depends on where somebody stands.</summary>
    public static string? Find(string program, string? path = null)
    {
        var name = OperatingSystem.IsWindows() ? $"{program}.exe" : program;
        return (path ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified).Select(folder => Path.Join(folder, name)).FirstOrDefault(File.Exists);
    }
}
