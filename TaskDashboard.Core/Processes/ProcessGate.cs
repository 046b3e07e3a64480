using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Secrets;

namespace TaskDashboard.Core.Processes;

/// <summary>Starts a program so that it carries its mark before it does anything.</summary>
internal static class ProcessGate
{
    /// <summary>
    /// What starts on Linux in place of the program, and becomes it once its mark is on. The program has a session of its own, so that a Ctrl+C
    /// meant for the server does not reach it. Without the word, which a server that dies in between never gives, nothing is run.
    /// </summary>
    private const string Gate = """read -r word || exit 125; command -v setsid >/dev/null && exec setsid "$@"; exec "$@" """;

    /// <summary>The same with one output, so that what it writes keeps its order.</summary>
    private const string JoiningGate = """read -r word || exit 125; command -v setsid >/dev/null && exec setsid "$@" 2>&1; exec "$@" 2>&1""";

    /// <summary>Starts it; on Linux it waits for <see cref="LetGoAsync"/>.</summary>
    /// <param name="order">What to run.</param>
    /// <param name="mark">What it is to carry.</param>
    /// <param name="joinsOutputs">Whether what it writes to either output comes in one, where that can be had.</param>
    /// <exception cref="ProcessStartException">It could not be started.</exception>
    /// <param name="secrets">What it must not find in its environment; null for nothing.</param>
    public static Process Start(ProcessOrder order, ProcessMark mark, bool joinsOutputs, SecretRedaction? secrets)
    {
        if (OperatingSystem.IsLinux() && !IsThere(order)) throw new ProcessStartException($"{order.Program} could not be started: there is no such program.", null);
        var start = OperatingSystem.IsLinux()
            ? new ProcessStartInfo("/bin/sh", ["-c", joinsOutputs ? JoiningGate : Gate, "sh", order.Program, .. order.Arguments])
            : new ProcessStartInfo(order.Program, order.Arguments);
        start.WorkingDirectory = order.Folder;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        ChildEnvironment.Fill(start.Environment, mark, order.Environment, secrets);
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException)
        {
            throw new ProcessStartException($"{order.Program} could not be started: {failure.Message}", failure);
        }
    }

    /// <summary>Marks it and lets it go.</summary>
    /// <param name="process">What was started.</param>
    /// <param name="mark">What it is to carry.</param>
    /// <param name="closesInput">Whether it gets nothing to read.</param>
    /// <param name="logger">Hears of what did not go as it should.</param>
    public static async Task LetGoAsync(Process process, ProcessMark mark, bool closesInput, ILogger logger)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                if (!LinuxProcesses.TrySetLimit(process.Id, mark.Limit)) logger.LogDebug("A command could not be marked by its limit; it is known by its environment alone.");
                await process.StandardInput.WriteLineAsync();
                await process.StandardInput.FlushAsync();
            }

            if (closesInput) process.StandardInput.Close();
        }
        catch (IOException gone)
        {
            logger.LogDebug(gone, "A command ended before it was let go.");
        }
    }

    /// <summary>Looked for before the gate does, which could only say so in the command's own output.</summary>
    private static bool IsThere(ProcessOrder order)
    {
        if (order.Program.Contains('/', StringComparison.Ordinal)) return File.Exists(Path.Combine(order.Folder, order.Program));
        var path = order.Environment.TryGetValue("PATH", out var own) ? own : Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':').Any(folder => File.Exists(Path.Combine(order.Folder, folder, order.Program)));
    }
}

/// <summary>A program could not be started; the message says why.</summary>
internal sealed class ProcessStartException(string message, Exception? inner) : Exception(message, inner);
