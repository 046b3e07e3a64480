using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>The files of a work folder, in order of names; not those of the folders that searches leave out. A link counts as a file.</summary>
internal static class WorkDirListing
{
    /// <summary>Relative paths, with forward slashes.</summary>
    public static IEnumerable<string> Files(WorkDirectory directory)
    {
        var root = directory.Resolve(".").Full;
        return from entry in FolderWalk.Below(root)
               where entry is FileInfo || FolderWalk.IsLink(entry)
               let place = directory.Inside(entry.FullName)
               where directory.Reaches(place)
               select place.Shown;
    }
}
