using TaskDashboard.Core.Archives;

namespace TaskDashboard.Core.Backups;

/// <summary>A backup that lies in the data directory's folder <c>backups</c>.</summary>
/// <param name="Id">Such as <c>backup_0190…</c>.</param>
/// <param name="CreatedAt">When it was made, to the second: what was committed then is in it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="FileName">What it is called there, and when it is downloaded.</param>
public sealed record Backup(string Id, DateTimeOffset CreatedAt, long Size, string FileName);

/// <summary>What a backup says of itself, in its file <c>manifest.json</c>.</summary>
internal sealed record BackupManifest
{
    public const string FormatName = "taskdashboard-backup";

    public const int LatestVersion = 1;

    public const string Database = "taskdashboard.db";

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The program with its version.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The machine that it was made on.</summary>
    public required string Server { get; init; }

    public required IReadOnlyList<ArchiveFile> Files { get; init; }
}
