using System.Collections;
using TaskDashboard.Core.Secrets;

namespace TaskDashboard.Core.Processes;

/// <summary>What a child process may know of this one's environment. A list of what is let through, because nobody can list all that is secret.</summary>
internal static class ChildEnvironment
{
    private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TERM", "TZ", "TMPDIR", "TEMP", "TMP", "DOTNET_ROOT", "JAVA_HOME",
        "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "USERPROFILE", "windir", "ProgramData", "ProgramFiles", "NUMBER_OF_PROCESSORS",
    };

    /// <param name="environment">The child's, to be filled.</param>
    /// <param name="mark">What it carries, which nothing replaces.</param>
    /// <param name="own">The child's own variables.</param>
    /// <param name="secrets">What it must not learn, also from a variable of the list; its own variables are told on purpose.</param>
    public static void Fill(IDictionary<string, string?> environment, ProcessMark mark, IReadOnlyDictionary<string, string> own, SecretRedaction? secrets = null)
    {
        environment.Clear();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (secrets?.IsIn((string?)entry.Value) == true) continue;
            if (Allowed.Contains(name) || name.StartsWith("LC_", StringComparison.Ordinal)) environment[name] = (string?)entry.Value;
        }

        foreach (var (name, value) in own) environment[name] = value;
        environment[ProcessMark.Variable] = mark.ToString();
    }
}
