using System.Text.Json.Serialization;

namespace TaskDashboard.Core.WorkDirs;

/// <summary>The files in a task's work folder, for people to look at. Nothing outside the folder is reached.</summary>
public interface IWorkDirFiles
{
    /// <summary>What is in the folder and in those below it, up to a bound; not into links, nor into .git, bin, obj and node_modules.</summary>
    /// <exception cref="Tasks.RefusedException">There is no such task, or its folder's path leads elsewhere now.</exception>
    Task<FileListing> ListAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Opens a text file to be read; the caller closes it.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="path">Relative to the work folder.</param>
    /// <param name="cancellationToken">Ends the search for the task.</param>
    /// <exception cref="Tasks.RefusedException">There is no such task or file, it is outside, or not a text.</exception>
    Task<OpenedFile> OpenAsync(string taskId, string path, CancellationToken cancellationToken = default);
}

/// <summary>What is in a work folder.</summary>
/// <param name="Items">Folders before what is in them, by name.</param>
/// <param name="Truncated">There is more than is listed.</param>
public sealed record FileListing(IReadOnlyList<FileEntry> Items, bool Truncated);

/// <summary>One file or folder.</summary>
/// <param name="Path">Relative to the work folder, with forward slashes.</param>
/// <param name="Kind">Which of them.</param>
/// <param name="Size">In bytes; null for a folder or a link.</param>
/// <param name="ChangedAt">When it was last changed.</param>
public sealed record FileEntry(string Path, FileEntryKind Kind, long? Size, DateTimeOffset ChangedAt);

/// <summary>Kinds of entries.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileEntryKind>))]
public enum FileEntryKind
{
    [JsonStringEnumMemberName("file")] File,
    [JsonStringEnumMemberName("folder")] Folder,

    /// <summary>Leads somewhere else; not followed.</summary>
    [JsonStringEnumMemberName("link")] Link,
}

/// <summary>A file that is open to be read.</summary>
/// <param name="Content">From its beginning.</param>
/// <param name="Name">Its name, without folders.</param>
/// <param name="ChangedAt">When it was last changed.</param>
/// <param name="Size">In bytes, when it was opened.</param>
public sealed record OpenedFile(Stream Content, string Name, DateTimeOffset ChangedAt, long Size);
