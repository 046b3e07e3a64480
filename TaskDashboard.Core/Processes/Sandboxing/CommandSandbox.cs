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
/// <param name="logger">Hears of a sandbox that does not work.</param>
/// <param name="skills">Whose directories are to be read in the sandbox too: skills bring programs along.</param>
/// <param name="program">The name of bubblewrap's program.</param>
internal sealed class CommandSandbox(ProcessRunner processes, IOptions<DashboardOptions> options, ILogger<CommandSandbox> logger, SkillCatalog? skills = null, string program = "bwrap") : ICommandSandbox
{
    private const int ProofOfLife = 7;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(20);
    private static readonly string[] FoldersForTemporaryFiles = ["TMPDIR", "TEMP", "TMP"];

    private readonly Lock gate = new();
    private Task<SandboxState>? probe;

    private SandboxOptions Settings => options.Value.Sandbox;

    public Task<SandboxState> FindStateAsync()
    {
        lock (gate) return probe ??= ProbeAsync();
    }

    /// <summary>The order as it is to be run: in the sandbox where there is one.</summary>
    /// <exception cref="ProcessStartException">The settings want a sandbox, and there is none.</exception>
    public async Task<ProcessOrder> PutIntoAsync(ProcessOrder order, SandboxFolders folders)
    {
        var state = await FindStateAsync();
        if (state.IsOn) return Wrap(order, folders with { Readable = [.. folders.Readable, .. (skills?.Directories ?? []).Select(RealPath.Of)] });
        if (Settings.Mode != SandboxMode.Required) return order;
        throw new ProcessStartException($"No command is run: the settings want a sandbox (TaskDashboard:Sandbox:Mode), and there is none. {state.Problem}", null);
    }

    private async Task<SandboxState> ProbeAsync()
    {
        if (Settings.Mode == SandboxMode.Off) return new SandboxState(false, null);
        var problem = await FindProblemAsync();
        if (problem is null) return new SandboxState(true, null);
        logger.LogWarning("Commands of agents {Consequence}: {Problem}", Settings.Mode == SandboxMode.Required ? "are refused, because there is no sandbox" : "run without a sandbox", problem);
        return new SandboxState(false, problem);
    }

    /// <summary>Tries it: that the program is there does not say that the system lets it make namespaces.</summary>
    private async Task<string?> FindProblemAsync()
    {
        if (!OperatingSystem.IsLinux()) return "There is a sandbox on Linux only.";
        var trial = Wrap(new ProcessOrder("/bin/sh", ["-c", $"exit {ProofOfLife}"], "/", ProbeTimeout), new SandboxFolders([], options.Value.ResolvedDataDirectory));
        try
        {
            var result = await processes.RunAsync(trial, CancellationToken.None);
            return result.ExitCode == ProofOfLife ? null : $"bubblewrap is installed but does not work here: {(result.Output.Trim() is { Length: > 0 } said ? said : "it said nothing")}.";
        }
        catch (ProcessStartException)
        {
            return "bubblewrap (bwrap) is not installed; the system's package of that name has it.";
        }
    }

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
}
