using System.Text.Json;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.Core.BulkJobs;

/// <summary>What is known of a person's job after a restart.</summary>
internal sealed record StoredBulkJob(string PersonId, BulkJob Job);

/// <summary>
/// The jobs as a file beside the database, so that the next process can say what became of them. It is written whole and renamed into its place: a crash
/// leaves the one before.
/// </summary>
internal sealed class BulkJobFile(DataDirectory directory, ILogger<BulkJobFile> logger)
{
    private readonly string path = Path.Combine(directory.Path, "bulk-jobs.json");
    private readonly Lock gate = new();

    public IReadOnlyList<StoredBulkJob> Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EventJson.Wire.IReadOnlyListStoredBulkJob) ?? [] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            logger.LogWarning(exception, "What became of earlier bulk jobs could not be read from {Path}.", path);
            return [];
        }
    }

    /// <summary>A job does not stop because its file cannot be written: only what would be told of it after a restart is older then.</summary>
    /// <param name="look">Says how the jobs stand, when it is this writing's turn: an older picture never comes to lie over a newer one.</param>
    public void Write(Func<IReadOnlyList<StoredBulkJob>> look)
    {
        lock (gate)
        {
            try
            {
                var jobs = look();
                File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(jobs, EventJson.Wire.IReadOnlyListStoredBulkJob));
                File.Move(path + ".new", path, overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning(exception, "The state of bulk jobs could not be written to {Path}.", path);
            }
        }
    }
}
