using System.Collections.Frozen;

namespace TaskDashboard.Core.Tools;

/// <summary>What a path may not look like, whatever it leads to.</summary>
internal static class PathRules
{
    private const int MaxLength = 4_096;

    private static readonly FrozenSet<string> DeviceNames = FrozenSet.ToFrozenSet(
        ["con", "prn", "aux", "nul", "conin$", "conout$", .. Ports("com"), .. Ports("lpt")], StringComparer.OrdinalIgnoreCase);

    /// <summary>Says what is wrong with a path, or null when nothing is.</summary>
    /// <param name="path">As the model gave it.</param>
    /// <param name="windows">Whether the rules of Windows hold too: elsewhere a file may well be called <c>aux.c</c>.</param>
    public static string? Problem(string? path, bool windows)
    {
        if (string.IsNullOrWhiteSpace(path)) return "The path is empty. Give one relative to the work folder, or \".\" for the folder itself.";
        if (path.Length > MaxLength) return $"The path is longer than {MaxLength} characters.";
        if (path.Any(char.IsControl)) return "The path has a control character in it, such as a line break. Give a plain path.";
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal))
            return "\"~\" is not expanded here, and the home folder is out of reach. Give a path relative to the work folder.";
        return windows ? ProblemOnWindows(path) : null;
    }

    private static string? ProblemOnWindows(string path)
    {
        if (path.StartsWith(@"\\", StringComparison.Ordinal) || path.StartsWith("//", StringComparison.Ordinal))
            return "Network and device paths are out of reach. Give a path relative to the work folder.";
        var rest = path.Length > 1 && path[1] == ':' ? path[2..] : path;
        if ((rest.Length != path.Length || rest[0] is '\\' or '/') && !Path.IsPathFullyQualified(path))
            return "The path is neither relative nor complete. Give one relative to the work folder.";
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
