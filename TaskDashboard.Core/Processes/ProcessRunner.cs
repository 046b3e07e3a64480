using System.Diagnostics;
using System.IO.Pipes;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Core.Processes;

/// <summary>
/// Runs processes of which nothing is left: when one ends, is stopped or takes too long, everything that came from it is ended within five seconds,
/// also what ignores the request to end, went into the background or holds the pipes. Safe for threads.
/// </summary>
/// <param name="scope">Names the data directory: only one process works on it, so what carries its mark and is not this one's was left behind.</param>
/// <param name="time">For timeouts.</param>
/// <param name="logger">Hears of what could not be ended.</param>
internal sealed class ProcessRunner(string scope, TimeProvider time, ILogger<ProcessRunner> logger)
{
    /// <summary>How long it may take to read what is in the pipes once nobody is left who could write: a moment, but for a machine that is very busy.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    /// <summary>How long reading goes on when somebody could not be ended, who may hold the pipes for ever.</summary>
    private static readonly TimeSpan LastWordsOfTheStubborn = TimeSpan.FromMilliseconds(500);

    private readonly string marks = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)))[..16];
    private long count;

    /// <summary>Runs it to its end.</summary>
    /// <param name="order">What to run.</param>
    /// <param name="cancellationToken">Ends it, with all that came from it, before this returns.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    public async Task<ProcessResult> RunAsync(ProcessOrder order, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mark = $"{marks}/{Environment.ProcessId}/{Interlocked.Increment(ref count)}/";
        using var process = Start(order, mark);
        var family = new ProcessFamily(mark, Pipes(process), time);
        family.Add(process.Id);
        var output = new KeptOutput();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput.BaseStream, output), ReadAsync(process.StandardError.BaseStream, output));
        var end = await WaitAsync(process, order.Timeout, cancellationToken);
        var (reaped, left) = await family.EndAsync(process);
        if (left.Count > 0) logger.LogError("{Count} processes of a command could not be ended in time: {Processes}.", left.Count, string.Join(", ", left));

        await Task.WhenAny(reading, Task.Delay(left.Count == 0 ? LastWords : LastWordsOfTheStubborn, time, CancellationToken.None));
        return new ProcessResult(end, end == ProcessEnd.Exited ? process.ExitCode : null, output.ToString(), reaped, left);
    }

    /// <summary>Ends what an earlier process of this program, on the same data directory, left behind when it died. Answers with how many that were.</summary>
    public async Task<int> ReapLeftBehindAsync()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var (reaped, left) = await new ProcessFamily($"{marks}/", new HashSet<string>(), time).EndAsync(null);
        if (reaped + left.Count > 0) logger.LogWarning("{Reaped} processes that the server before had left behind were ended, {Left} could not be.", reaped, left.Count);
        return reaped;
    }

    private static Process Start(ProcessOrder order, string mark)
    {
        var start = new ProcessStartInfo(order.Program, order.Arguments)
        {
            WorkingDirectory = order.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        ChildEnvironment.Fill(start.Environment, mark);
        try
        {
            var process = Process.Start(start)!;
            process.StandardInput.Close();
            return process;
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException)
        {
            throw new ProcessStartException($"{order.Program} could not be started: {failure.Message}", failure);
        }
    }

    private static HashSet<string> Pipes(Process process)
    {
        var pipes = new HashSet<string>(StringComparer.Ordinal);
        if (!OperatingSystem.IsLinux()) return pipes;
        foreach (var stream in new[] { process.StandardOutput.BaseStream, process.StandardError.BaseStream })
        {
            if (stream is PipeStream own && LinuxProcesses.PipeOf(own.SafePipeHandle.DangerousGetHandle()) is { } pipe) pipes.Add(pipe);
        }

        return pipes;
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
        try
        {
            while (await stream.ReadAsync(buffer) is var count and > 0) output.Add(buffer.AsSpan(0, count));
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            logger.LogDebug(closed, "The output of a command ended with its process.");
        }
    }
}

/// <summary>A program could not be started; the message says why.</summary>
internal sealed class ProcessStartException(string message, Exception inner) : Exception(message, inner);
