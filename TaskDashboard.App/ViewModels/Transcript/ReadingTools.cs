namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>The tools of this program that change no file. Of any other nobody knows, and it may.</summary>
public static class ReadingTools
{
    /// <summary>Their names.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "ask_user", "calculate", "count_text", "fetch_url", "find_files", "list_files", "list_tasks", "load_skill", "read_file", "search_files", "update_plan", "wait",
    };

    /// <summary>Whether a call of the tool may have changed a file.</summary>
    public static bool MayChange(string tool) => !Names.Contains(tool);
}
