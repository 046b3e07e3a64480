using TaskDashboard.Core.Transcripts;

namespace TaskDashboard.App.ViewModels.Transcript;

/// <summary>Where the log is so long that it is read in parts.</summary>
public partial class ChatViewModel
{
    private TranscriptLog? log;

    /// <summary>Reads what is not in memory of a long log.</summary>
    public TranscriptLog? Log
    {
        get
        {
            if (log is null && Logs is not null) (log = LogOf(TaskId, Transcript, Logs)).HasRead = HasReadAsync;
            return log;
        }
    }

    /// <summary>What a reader wanted of a long log could not be read; raised on the page's own thread.</summary>
    public event Action? ReadFailed;

    /// <summary>Takes in the end of a long log, before its stream.</summary>
    /// <returns>The cursor to watch behind; 0 for a log that is read as it comes.</returns>
    protected virtual async Task<long> BeginAsync(ITranscriptReader logs, CancellationToken cancellationToken)
    {
        if (KnownLength <= TranscriptLog.WholeUpTo || await logs.ReadEndAsync(TaskId, TranscriptLog.FirstPart, ReadingTools.Names, cancellationToken) is not { } end) return 0;
        await RunAsync(() => Transcript.Begin(end));
        await CompleteAsync();
        return end.Stretch.LastSeq;
    }

    /// <summary>Reads the log of one of the tasks that are shown.</summary>
    protected TranscriptLog LogOf(string taskId, TaskTranscript transcript, ITranscriptReader logs) => new(taskId, transcript, logs, closed)
    {
        Failed = exception =>
        {
            logger.LogWarning(exception, "A part of the log of {TaskId} could not be read; its reader is told.", taskId);
            ReadFailed?.Invoke();
        },
    };

    /// <summary>A part of the log was read.</summary>
    protected virtual Task HasReadAsync() => System.Threading.Tasks.Task.CompletedTask;

    /// <summary>Completes what the first part of the log begins with.</summary>
    protected async Task CompleteAsync()
    {
        Task completing = System.Threading.Tasks.Task.CompletedTask;
        await RunAsync(() => completing = Log?.CompleteAsync() ?? completing);
        await completing;
    }

    /// <summary>Reads something that nothing waits for, until it is read.</summary>
    protected void ReadAside(Func<Task> read) => aside = System.Threading.Tasks.Task.Run(async () =>
    {
        while (!closed.IsCancellationRequested)
        {
            try
            {
                await read();
                return;
            }
            catch (OperationCanceledException) when (closed.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.LogWarning(exception, "What stands beside {TaskId} could not be read; it is tried again.", TaskId);
                await System.Threading.Tasks.Task.Delay(ReconnectDelay, time, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    });
}
