using System.Collections.Frozen;

namespace TaskDashboard.Core.Tools;

/// <summary>What a path may not look like, whatever it leads to.</summary>
internal static class PathRules
{
    private const int MaxLength = 4_096;

    /// <summary>Where Linux shows itself as files: reading or writing there is not what a file tool is for, whatever folder was given.</summary>
    private static readonly string[] SystemFolders = ["/proc", "/sys", "/dev"];

    private static readonly FrozenSet<string> DeviceNames = FrozenSet.ToFrozenSet(
        ["con", "prn", "aux", "nul", "conin$", "conout$", .. Ports("com"), .. Ports("lpt")], StringComparer.OrdinalIgnoreCase);

    /// <summary>Says what is wrong with a path, or null when nothing is.</summary>
    /// <param name="path">As it was given.</param>
    /// <param name="windows">Whether the rules of Windows hold too: elsewhere a file may well be called <c>aux.c</c>.</param>
    /// <param name="complete">Whether a person gives a complete path of the machine, rather than a model one in the work folder.</param>
    public static string? Problem(string? path, bool windows, bool complete = false)
    {
        var advice = complete ? "Give the complete path of a folder of this machine." : "Give a path relative to the work folder.";
        if (string.IsNullOrWhiteSpace(path)) return complete ? $"The path is empty. {advice}" : "The path is empty. Give one relative to the work folder, or \".\" for the folder itself.";
        if (path.Length > MaxLength) return $"The path is longer than {MaxLength} characters.";
        if (path.Any(char.IsControl)) return "The path has a control character in it, such as a line break. Give a plain path.";
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal))
            return complete ? $"\"~\" is not expanded here. {advice}" : $"\"~\" is not expanded here, and the home folder is out of reach. {advice}";
        if (path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal))
            return $"Network and device paths are out of reach. {advice}";

        // Elsewhere it would be a plain name, and a file with a backslash in its name is never what was meant.
        if (!windows && HasDrive(path)) return $"\"{path[..2]}\" is a drive of Windows, and this is another system. {advice}";
        return windows ? ProblemOnWindows(path, advice) : null;
    }

    /// <summary>The folder of the system that a complete path is in, such as <c>/proc</c>; null for all others.</summary>
    public static string? SystemFolder(string full) => OperatingSystem.IsLinux()
        ? Array.Find(SystemFolders, folder => full.StartsWith(folder, StringComparison.Ordinal) && (full.Length == folder.Length || full[folder.Length] == '/'))
        : null;

    private static bool HasDrive(string path) => path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]) && (path.Length == 2 || path[2] is '\\' or '/');

    private static string? ProblemOnWindows(string path, string advice)
    {
        var rest = path.Length > 1 && path[1] == ':' ? path[2..] : path;
        if ((rest.Length != path.Length || rest[0] is '\\' or '/') && !Path.IsPathFullyQualified(path))
            return $"The path is neither relative nor complete. {advice}";
        if (rest.Contains(':')) return "A \":\" cannot be part of a file name here.";
        var device = rest.Split('\\', '/').FirstOrDefault(IsDevice);
        return device is null ? null : $"\"{device}\" is the name of a device, not of a file. Choose another name.";
    }

    /// <summary>Windows opens a device for such a name in any folder, whatever extension or trailing spaces it has.</summary>
    private static bool IsDevice(string segment)
    {
        var dot = segment.IndexOf('.', StringComparison.Ordinal);
        return DeviceNames.Contains((dot < 0 ? segment : segment[..dot]).TrimEnd(' '));
    }

    private static IEnumerable<string> Ports(string kind) => "0123456789¹²³".Select(digit => kind + digit);
}
