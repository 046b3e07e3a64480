namespace TaskDashboard.Core.Archives;

/// <summary>What an export says of itself.</summary>
public sealed record ArchiveManifest
{
    /// <summary><see cref="ArchiveFormat.Name"/>.</summary>
    public required string Format { get; init; }

    /// <summary><see cref="ArchiveFormat.Version"/> of whoever wrote it.</summary>
    public required int Version { get; init; }

    /// <summary>The program with its version.</summary>
    public required string ExportedBy { get; init; }

    /// <summary>The machine that it was exported on.</summary>
    public required string Server { get; init; }

    public required DateTimeOffset ExportedAt { get; init; }

    /// <summary>The task that was asked for; the others stand below it.</summary>
    public required string RootTaskId { get; init; }

    /// <summary><see cref="ArchiveFormat.ContentHash"/> of <see cref="Files"/>.</summary>
    public required string ContentHash { get; init; }

    /// <summary>Every other file, in the order of the names.</summary>
    public required IReadOnlyList<ArchiveFile> Files { get; init; }
}

/// <summary>A file of an archive.</summary>
/// <param name="Path">Its name, with <c>/</c> between folders.</param>
/// <param name="Size">In bytes, unpacked.</param>
/// <param name="Sha256">Digest of its content in lower-case hex.</param>
public sealed record ArchiveFile(string Path, long Size, string Sha256);
