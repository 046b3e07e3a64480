using System.Collections;

namespace TaskDashboard.Core.Processes;

/// <summary>What a child process may know of this one's environment. A list of what is let through, because nobody can list all that is secret.</summary>
internal static class ChildEnvironment
{
    private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TERM", "TZ", "TMPDIR", "TEMP", "TMP", "DOTNET_ROOT", "JAVA_HOME",
        "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "windir", "ProgramData", "ProgramFiles", "NUMBER_OF_PROCESSORS",
    };

    /// <param name="environment">What to fill.</param>
    /// <param name="mark">The child's mark, which nothing replaces.</param>
    /// <param name="own">The child's own variables.</param>
    public static void Fill(IDictionary<string, string?> environment, ProcessMark mark, IReadOnlyDictionary<string, string> own)
    {
        environment.Clear();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (Allowed.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal)) environment[name] = (string?)entry.Value;
        }

        foreach (var (name, value) in own) environment[name] = value;
        environment[ProcessMark.Variable] = mark.ToString();
    }
}
