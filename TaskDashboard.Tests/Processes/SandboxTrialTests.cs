using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Processes;

/// <summary>A look for the sandbox that does not come to its end says nothing of the sandbox. On Linux, where there is one.</summary>
public sealed class SandboxTrialTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sandbox-trial-").FullName;
    private readonly ManualTimeProvider time = new();
    private readonly ProcessOrder order;
    private readonly SandboxFolders folders;

    public SandboxTrialTests()
    {
        order = new ProcessOrder("/bin/sh", ["-c", "true"], folder, TimeSpan.FromSeconds(5));
        folders = new SandboxFolders([folder], null);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(SandboxMode.Auto)]
    [InlineData(SandboxMode.Required)]
    public async Task TrialThatTakesTooLong_RefusesTheCommandOfThatMoment_AndIsMadeAgainForALaterOne(SandboxMode mode)
    {
        if (!OperatingSystem.IsLinux()) return;
        var program = Path.Combine(folder, "bubblewrap");
        File.WriteAllText(program, $"#!/bin/sh\n[ -e {folder}/ready ] && exit 7\ntouch {folder}/begun\nexec sleep 600\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var options = Options.Create(new DashboardOptions { DataDirectory = folder, Sandbox = new SandboxOptions { Mode = mode } });
        var sandbox = new CommandSandbox(Runner(time), options, time, NullLogger<CommandSandbox>.Instance, program: program);

        var slow = sandbox.PutIntoAsync(order, folders);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(folder, "begun")));
        await time.WaitForTimersAsync();
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.Contains("Try again", (await Assert.ThrowsAsync<ProcessStartException>(() => slow)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "ready"), "");
        var state = await sandbox.FindStateAsync();
        Assert.Equal((false, false), (state.IsOn, state.IsKnown));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(program, (await sandbox.PutIntoAsync(order, folders)).Program);
    }

    [Fact]
    public async Task TrialThatCannotBeStarted_IsNotTakenForASandboxThatIsMissing()
    {
        if (!OperatingSystem.IsLinux()) return;

        // More than the system takes as one argument: a real start that fails, as where there is no room for another process.
        var settings = new DashboardOptions { DataDirectory = "/" + new string('x', 200_000) };
        var sandbox = new CommandSandbox(Runner(TimeProvider.System), Options.Create(settings), time, NullLogger<CommandSandbox>.Instance, program: "sh");

        var refusal = await Assert.ThrowsAsync<ProcessStartException>(() => sandbox.PutIntoAsync(order, folders));
        Assert.Contains("Try again", refusal.Message, StringComparison.Ordinal);

        // Now it starts, and does not know what a sandbox is: that is known for good.
        settings.DataDirectory = folder;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Same(order, await sandbox.PutIntoAsync(order, folders));
        Assert.StartsWith("bubblewrap is installed but does not work here", (await sandbox.FindStateAsync()).Problem, StringComparison.Ordinal);
        Assert.True((await sandbox.FindStateAsync()).IsKnown);
    }

    [Fact]
    public async Task TrialThatBreaks_IsMadeAgain()
    {
        if (!OperatingSystem.IsLinux()) return;
        var settings = new BrokenOnce(new DashboardOptions { DataDirectory = folder });
        var sandbox = new CommandSandbox(Runner(TimeProvider.System), settings, time, NullLogger<CommandSandbox>.Instance, program: "no-such-sandbox");

        Assert.False((await sandbox.FindStateAsync()).IsKnown);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains("not installed", (await sandbox.FindStateAsync()).Problem, StringComparison.Ordinal);
    }

    private ProcessRunner Runner(TimeProvider clock) => new(folder, clock, NullLogger<ProcessRunner>.Instance);

    /// <summary>Settings that cannot be read at the first look.</summary>
    private sealed class BrokenOnce(DashboardOptions settings) : IOptions<DashboardOptions>
    {
        private int looks;

        public DashboardOptions Value => Interlocked.Increment(ref looks) == 1 ? throw new IOException("Too many open files.") : settings;
    }
}
