using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// A process that is spoken to over its pipes for as long as it lives, and of which nothing is left when it is ended: neither it nor what came from
/// it, within five seconds. If this program dies first, the input closes, which well-behaved ones obey; the next start ends the others by their mark.
/// </summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    /// <summary>How long it has to leave by itself once its input is closed, before it is asked in other ways.</summary>
    private static readonly TimeSpan UntilAsked = TimeSpan.FromMilliseconds(300);

    private readonly Process process;
    private readonly ProcessFamily family;
    private readonly ILogger logger;
    private readonly Action gone;
    private readonly TaskCompletionSource<int> exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> ending;

    /// <param name="process">The first of them.</param>
    /// <param name="family">It, and what comes from it.</param>
    /// <param name="logger">Hears of what could not be ended.</param>
    /// <param name="gone">Called when nothing of them is left.</param>
    public RunningProcess(Process process, ProcessFamily family, ILogger logger, Action gone)
    {
        this.gone = gone;
        this.process = process;
        this.family = family;
        this.logger = logger;
        (Id, Input, Output, Errors) = (process.Id, process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError.BaseStream);
        ending = new Lazy<Task>(EndAsync);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => NoteExit();
        if (process.HasExited) NoteExit();
    }

    public int Id { get; }

    /// <summary>What it reads.</summary>
    public Stream Input { get; }

    /// <summary>What it writes.</summary>
    public Stream Output { get; }

    /// <summary>What it complains of. Somebody has to read it: a full pipe would stop the process.</summary>
    public Stream Errors { get; }

    /// <summary>Completes when the process itself is gone; what came from it may still be there.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> Exited => exited.Task;

    /// <summary>Ends it with all that came from it. Further calls wait for the same end.</summary>
    public async ValueTask DisposeAsync() => await ending.Value;

    private void NoteExit() => exited.TrySetResult(process.ExitCode);

    private async Task EndAsync()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException closed)
        {
            logger.LogDebug(closed, "A process was gone before its input was closed.");
        }

        await Task.WhenAny(exited.Task, Task.Delay(UntilAsked));
        try
        {
            var (_, left) = await family.EndAsync(process);
            if (left.Count > 0) logger.LogError("{Count} processes of a server could not be ended in time: {Processes}.", left.Count, string.Join(", ", left));
            else gone();
        }
        catch
        {
            if (await family.TryEndAfterFailureAsync(process, logger)) gone();
            throw;
        }
        finally
        {
            process.Dispose();
        }
    }
}
