using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Takes tasks out as files, and brings exports in to be read. As far as whoever asks sees; what comes in is theirs.</summary>
/// <remarks>
/// What is imported keeps the ids of its origin inside: it has others here, derived from those and from the import's own, so that nothing collides, and
/// an export of it writes the original ones. Therefore export, import and export again have one content hash, also when the task was at work at first.
/// </remarks>
public interface ITaskArchives
{
    /// <summary>How many tasks <see cref="WriteBundleAsync"/> takes at once.</summary>
    const int MostInBundle = 100;

    /// <summary>A task with everything below it that the caller sees, that one first.</summary>
    /// <exception cref="RefusedException"><c>not_found</c>.</exception>
    Task<IReadOnlyList<AgentTask>> FindAsync(string taskId, CancellationToken cancellationToken = default);

    /// <summary>Writes tasks as a zip (<see cref="ArchiveFormat"/>), a piece at a time.</summary>
    /// <param name="tasks">What <see cref="FindAsync"/> gave.</param>
    /// <param name="output">Takes it; is left open.</param>
    /// <param name="cancellationToken">Gives up. What was written until then is no archive.</param>
    Task WriteZipAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken);

    /// <summary>Writes several tasks as one zip, in which each is a zip of its own that can be imported.</summary>
    /// <param name="archives">1 to <see cref="MostInBundle"/>.</param>
    /// <param name="output">Takes it; is left open.</param>
    /// <param name="cancellationToken">Gives up. What was written until then is no archive.</param>
    Task WriteBundleAsync(IReadOnlyList<BundledArchive> archives, Stream output, CancellationToken cancellationToken);

    /// <summary>Writes tasks as a text for people, a piece at a time.</summary>
    /// <inheritdoc cref="WriteZipAsync"/>
    Task WriteMarkdownAsync(IReadOnlyList<AgentTask> tasks, Stream output, CancellationToken cancellationToken);

    /// <summary>Makes the tasks of an export again, read-only and in a chat of their own. On disk, whole, when it completes.</summary>
    /// <param name="content">The zip; read to its end.</param>
    /// <param name="cancellationToken">Gives up; then nothing is stored.</param>
    /// <exception cref="RefusedException">The caller may not, or it is no such file; nothing was stored, and it says which file of the zip is at fault.</exception>
    Task<ImportReceipt> ImportAsync(Stream content, CancellationToken cancellationToken = default);
}
