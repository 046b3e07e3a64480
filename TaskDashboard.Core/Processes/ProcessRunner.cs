using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Secrets;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// Runs processes of which nothing is left: when one ends, is stopped or takes too long, everything that came from it is ended within five seconds,
/// also what ignores the request to end, went into the background or holds the pipes. Safe for threads.
/// </summary>
/// <param name="scope">Names the data directory: only one process works on it, so what carries its mark and is not this one's was left behind.</param>
/// <param name="time">For the timeouts of commands.</param>
/// <param name="logger">Hears of what could not be ended.</param>
/// <param name="secrets">What no process must find in its environment, and what is taken out of what it writes; null for nothing.</param>
/// <param name="everybody">Lists all processes that are there; null for what the system tells.</param>
internal sealed class ProcessRunner(
    string scope, TimeProvider time, ILogger<ProcessRunner> logger, SecretRedaction? secrets = null, Func<IEnumerable<ProcessPicture?>>? everybody = null)
{
    /// <summary>How long it may take to read what is in the pipes once nobody is left who could write: a moment, but for a machine that is very busy.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    /// <summary>How long reading goes on behind a stop, which has to be over in five seconds, or when somebody could not be ended, who may hold the pipes.</summary>
    private static readonly TimeSpan LastWordsOfTheStopped = TimeSpan.FromMilliseconds(500);

    private long count;

    /// <summary>What all processes of this data directory carry.</summary>
    public ProcessMark Marks { get; } = ProcessMark.OfScope(scope);

    /// <summary>Those that are alive now.</summary>
    public LivingCommands Living { get; } = new();

    /// <summary>Runs it to its end.</summary>
    /// <param name="order">What to run.</param>
    /// <param name="cancellationToken">Ends it, with all that came from it, before this returns.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    public async Task<ProcessResult> RunAsync(ProcessOrder order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mark = Marks.For(Interlocked.Increment(ref count));
        Living.Add(mark, order.TaskId);
        var isGone = true;
        try
        {
            using var process = await StartingThread.RunAsync(() => ProcessGate.Start(order, mark, joinsOutputs: true, secrets));

            // From here on somebody is there who carries the mark, until all of them are known to be gone.
            isGone = false;
            var family = new ProcessFamily(mark, everybody);
            try
            {
                var result = await RunAsync(process, family, order, mark, cancellationToken);
                isGone = result.Left.Count == 0;
                return result;
            }
            catch
            {
                isGone = await family.TryEndAfterFailureAsync(process, logger);
                throw;
            }
        }
        finally
        {
            if (isGone) Living.Remove(mark);
        }
    }

    private async Task<ProcessResult> RunAsync(Process process, ProcessFamily family, ProcessOrder order, ProcessMark mark, CancellationToken cancellationToken)
    {
        family.Add(process.Id);
        await ProcessGate.LetGoAsync(process, mark, closesInput: true, logger);
        var output = new KeptOutput(order.Heard);
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput.BaseStream, output), ReadAsync(process.StandardError.BaseStream, output));
        var end = await WaitAsync(process, order.Timeout, cancellationToken);
        var (reaped, left) = await family.EndAsync(process);
        if (left.Count > 0) logger.LogError("{Count} processes of a command could not be ended in time: {Processes}.", left.Count, string.Join(", ", left));

        await Task.WhenAny(reading, Task.Delay(left.Count == 0 && end == ProcessEnd.Exited ? LastWords : LastWordsOfTheStopped, CancellationToken.None));
        return new ProcessResult(end, end == ProcessEnd.Exited ? process.ExitCode : null, output.ToString(), reaped, left);
    }

    /// <summary>Starts it to be spoken to for as long as it lives. Its timeout does not count.</summary>
    /// <param name="order">What to run.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    public async Task<RunningProcess> StartAsync(ProcessOrder order)
    {
        var mark = Marks.For(Interlocked.Increment(ref count));
        Living.Add(mark, order.TaskId);
        var isGone = true;
        try
        {
            var process = await StartingThread.RunAsync(() => ProcessGate.Start(order, mark, joinsOutputs: false, secrets));
            isGone = false;
            var family = new ProcessFamily(mark, everybody);
            try
            {
                family.Add(process.Id);
                await ProcessGate.LetGoAsync(process, mark, closesInput: false, logger);
                return new RunningProcess(process, family, logger, () => Living.Remove(mark));
            }
            catch
            {
                isGone = await family.TryEndAfterFailureAsync(process, logger);
                process.Dispose();
                throw;
            }
        }
        finally
        {
            if (isGone) Living.Remove(mark);
        }
    }

    /// <summary>Ends what an earlier process of this program, on the same data directory, left behind when it died. Answers with how many that were.</summary>
    public async Task<int> ReapLeftBehindAsync()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var (reaped, left) = await new ProcessFamily(Marks).EndAsync(null);
        if (reaped + left.Count > 0) logger.LogWarning("{Reaped} processes that the server before had left behind were ended, {Left} could not be.", reaped, left.Count);
        return reaped;
    }

    private async Task<ProcessEnd> WaitAsync(Process process, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var bound = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => exited.TrySetResult();
        if (process.HasExited) exited.TrySetResult();
        try
        {
            // Not WaitForExitAsync: that waits for the pipes too, which a descendant may hold.
            await exited.Task.WaitAsync(either.Token);
            return ProcessEnd.Exited;
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested ? ProcessEnd.Cancelled : ProcessEnd.TimedOut;
        }
    }

    private async Task ReadAsync(Stream stream, KeptOutput output)
    {
        var buffer = new byte[16 * 1024];
        var filter = (secrets ?? SecretRedaction.None).Filter(output.Add);
        try
        {
            while (await stream.ReadAsync(buffer) is var count and > 0) filter.Add(buffer.AsSpan(0, count));
            filter.End();
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            logger.LogDebug(closed, "The output of a command ended with its process.");
        }
    }
}
