using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Skills;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Core.Processes.Sandboxing;

/// <summary>
/// Puts commands into a sandbox made by bubblewrap: file system, processes and shared memory of their own, the network as set. What is in it cannot
/// outlive it: when its outer process ends, however that comes, the system ends everything inside. Safe for threads.
/// </summary>
/// <param name="processes">Runs the trial.</param>
/// <param name="options">Whether and how.</param>
/// <param name="time">Measures the pause between two looks.</param>
/// <param name="logger">Hears of a sandbox that does not work.</param>
/// <param name="skills">Whose directories are to be read in the sandbox too: skills bring programs along.</param>
/// <param name="program">The name of bubblewrap's program.</param>
internal sealed class CommandSandbox(ProcessRunner processes, IOptions<DashboardOptions> options, TimeProvider time, ILogger<CommandSandbox> logger, SkillCatalog? skills = null, string program = "bwrap") : ICommandSandbox
{
    private const int ProofOfLife = 7;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(20);

    /// <summary>So long a look that found nothing out stands, so that not every command starts another one.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    private static readonly string[] FoldersForTemporaryFiles = ["TMPDIR", "TEMP", "TMP"];

    private readonly Lock gate = new();
    private Task<Finding>? look;

    private SandboxOptions Settings => options.Value.Sandbox;

    public async Task<SandboxState> FindStateAsync() => (await LookAsync()).State;

    /// <summary>The order as it is to be run: in the sandbox where there is one.</summary>
    /// <exception cref="ProcessStartException">The settings want a sandbox, and there is none; or nobody knows yet whether there is one.</exception>
    public async Task<ProcessOrder> PutIntoAsync(ProcessOrder order, SandboxFolders folders)
    {
        var state = await FindStateAsync();
        if (state.IsOn) return Wrap(order, folders with { Readable = [.. folders.Readable, .. (skills?.Directories ?? []).Select(RealPath.Of)] });

        // A machine that has no time or no room for the trial is none without a sandbox: the command must not get out of it for that.
        if (!state.IsKnown) throw new ProcessStartException($"No command is run now: whether there is a sandbox could not be found out. {state.Problem} Try again in a few seconds.", null);
        if (Settings.Mode != SandboxMode.Required) return order;
        throw new ProcessStartException($"No command is run: the settings want a sandbox (TaskDashboard:Sandbox:Mode), and there is none. {state.Problem}", null);
    }

    /// <summary>What was found out stands for good; what was not is looked at again by whoever comes after the pause.</summary>
    private Task<Finding> LookAsync()
    {
        lock (gate)
        {
            if (look is { IsCompleted: false } || (look is { IsCompletedSuccessfully: true, Result: var found } && (found.State.IsKnown || time.GetElapsedTime(found.At) < LookAgain))) return look;
            return look = ProbeAsync();
        }
    }

    private async Task<Finding> ProbeAsync()
    {
        var state = await TryFindAsync();
        if (!state.IsKnown) logger.LogWarning("Commands of agents are refused, because whether there is a sandbox could not be found out; it is looked again. {Problem}", state.Problem);
        else if (state.Problem is not null) logger.LogWarning("Commands of agents {Consequence}: {Problem}", Settings.Mode == SandboxMode.Required ? "are refused, because there is no sandbox" : "run without a sandbox", state.Problem);
        return new Finding(state, time.GetTimestamp());
    }

    /// <summary>Tries it: that the program is there does not say that the system lets it make namespaces.</summary>
    private async Task<SandboxState> TryFindAsync()
    {
        try
        {
            if (Settings.Mode == SandboxMode.Off) return new SandboxState(false, null);
            if (!OperatingSystem.IsLinux()) return new SandboxState(false, "There is a sandbox on Linux only.");
            var trial = Wrap(new ProcessOrder("/bin/sh", ["-c", $"exit {ProofOfLife}"], "/", ProbeTimeout), new SandboxFolders([], options.Value.ResolvedDataDirectory));
            var result = await processes.RunAsync(trial, CancellationToken.None);
            return result switch
            {
                { End: not ProcessEnd.Exited } => Unknown($"bubblewrap did not answer within {ProbeTimeout.TotalSeconds} s."),
                { ExitCode: ProofOfLife } => new SandboxState(true, null),
                _ => new SandboxState(false, $"bubblewrap is installed but does not work here: {(result.Output.Trim() is { Length: > 0 } said ? said : "it said nothing")}."),
            };
        }
        catch (ProcessStartException) when (SearchPath.Find(program) is null)
        {
            return new SandboxState(false, "bubblewrap (bwrap) is not installed; the system's package of that name has it.");
        }
#pragma warning disable CA1031 // Whatever it is that kept the trial from its end says nothing of the sandbox, and may be over in a moment.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Unknown($"{failure.Message.TrimEnd('.')}.");
        }
    }

    private static SandboxState Unknown(string problem) => new(false, problem) { IsKnown = false };

    private ProcessOrder Wrap(ProcessOrder order, SandboxFolders folders)
    {
        List<string> arguments = ["--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"];
        if (!Settings.Network) arguments.Add("--unshare-net");

        // Where this program is root, so is the command: without what makes root more than a user of that name.
        arguments.AddRange("--cap-drop", "ALL");
        arguments.AddRange(SandboxMounts.Arguments(folders, Environment.GetEnvironmentVariable));
        arguments.AddRange("--proc", "/proc", "--dev", "/dev");
        foreach (var name in FoldersForTemporaryFiles) arguments.AddRange("--unsetenv", name);

        // No session of its own: the command has one already, without a terminal.
        return order with { Program = program, Arguments = [.. arguments, "--chdir", order.Folder, "--", order.Program, .. order.Arguments] };
    }

    /// <param name="State">What was found.</param>
    /// <param name="At">When the look was over.</param>
    private sealed record Finding(SandboxState State, long At);
}
