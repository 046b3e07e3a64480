using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Processes;

/// <summary>Whose connections are whose, with real processes and real connections. On Linux.</summary>
public sealed class OwnCommandsTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Connects, and waits for what is never said.</summary>
    private const string Connects = "exec 3<>/dev/tcp/HOST/PORT; read -r word <&3";

    private const string ConnectsByPython = "import socket; s = socket.socket(socket.AF_INET6); s.connect((\"::ffff:HOST\", PORT)); ";

    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-own-").FullName;
    private readonly CancellationTokenSource bound = new(DashboardApplication.Bound);

    public void Dispose()
    {
        bound.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("itself", "exec bash -c '" + Connects + "'")]
    [InlineData("a grandchild", "sh -c \"bash -c '" + Connects + "' & wait\"")]
    [InlineData("who was handed the descriptor", "exec bash -c 'exec 3<>/dev/tcp/HOST/PORT; sleep 600 & exec 3>&-; wait'")]
    [InlineData("no environment, no session, no parent", "(setsid env -i PATH=\"$PATH\" bash -c '" + Connects + "' </dev/null >/dev/null 2>&1 &); sleep 600")]
    [InlineData("no mark, but a parent", "bash -c 'ulimit -x unlimited; exec env -i bash -c \"" + Connects + "\"'; true")]
    [InlineData("a socket of the other kind", "python3 -c '" + ConnectsByPython + "s.recv(1)'")]
    [InlineData("a thread that outlives the first", "python3 -c '" + ConnectsByPython + "import ctypes, threading; threading.Thread(target=s.recv, args=(1,)).start(); ctypes.CDLL(None).pthread_exit(None)'")]
    public async Task ConnectionOfACommand_IsKnownForIt_WhoeverHoldsIt(string holder, string command)
    {
        if (!OperatingSystem.IsLinux() || (command.Contains("python3", StringComparison.Ordinal) && !IsInstalled("python3"))) return;
        var runner = NewRunner();
        using var listener = Listen(IPAddress.Loopback);
        using var cancel = new CancellationTokenSource();
        var running = runner.RunAsync(Shell(command, listener) with { TaskId = "task_1" }, cancel.Token);
        using var connection = await listener.AcceptTcpClientAsync(bound.Token);

        var began = Stopwatch.GetTimestamp();
        var caller = Find(runner, connection);

        output.WriteLine($"{holder}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F1} ms");
        Assert.Equal(new CommandCaller("task_1"), caller);
        await cancel.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData("exec bash -c '" + Connects + "'")]
    [InlineData("bash -c 'ulimit -x unlimited; (setsid env -i bash -c \"" + Connects + "\" &)'; sleep 600")]
    public async Task ConnectionFromTheSandbox_IsKnown_AlsoWhereEveryMarkWasTakenOff(string command)
    {
        await using var engine = await CommandEngine.StartAsync();
        var sandbox = engine.Services.GetRequiredService<CommandSandbox>();
        if (!(await sandbox.FindStateAsync()).IsOn) return;
        var runner = engine.Services.GetRequiredService<ProcessRunner>();
        using var listener = Listen(IPAddress.Loopback);
        using var cancel = new CancellationTokenSource();
        var running = runner.RunAsync(await sandbox.PutIntoAsync(Shell(command, listener) with { TaskId = "task_1" }, new SandboxFolders([folder], null)), cancel.Token);
        using var connection = await listener.AcceptTcpClientAsync(bound.Token);

        Assert.Equal(new CommandCaller("task_1"), Find(runner, connection));
        await cancel.CancelAsync();
        await running;
    }

    [Fact]
    public async Task ConnectionOverIPv6_IsKnown()
    {
        if (!OperatingSystem.IsLinux() || !Socket.OSSupportsIPv6) return;
        var runner = NewRunner();
        using var listener = Listen(IPAddress.IPv6Loopback);
        await using var server = await runner.StartAsync(Shell($"exec bash -c '{Connects}'", listener));
        using var connection = await listener.AcceptTcpClientAsync(bound.Token);

        Assert.Equal(new CommandCaller((string?)null), Find(runner, connection));
    }

    [Fact]
    public async Task ConnectionsOfOthers_AreNobodysOfOurs_WhileACommandRuns()
    {
        if (!OperatingSystem.IsLinux()) return;
        var runner = NewRunner();
        using var cancel = new CancellationTokenSource();
        var running = runner.RunAsync(Shell("sleep 600 & sleep 600"), cancel.Token);
        using var listener = Listen(IPAddress.Loopback);
        using var own = new TcpClient();
        await own.ConnectAsync((IPEndPoint)listener.LocalEndpoint, bound.Token);
        using var fromHere = await listener.AcceptTcpClientAsync(bound.Token);
        using var stranger = Process.Start(new ProcessStartInfo("bash", ["-c", Filled(Connects, listener)]) { RedirectStandardInput = true })!;
        using var fromThere = await listener.AcceptTcpClientAsync(bound.Token);

        var began = Stopwatch.GetTimestamp();
        var (here, there) = (Find(runner, fromHere), Find(runner, fromThere));

        output.WriteLine($"two looks: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F1} ms, {LinuxProcesses.List().Count()} processes");
        Assert.Equal((null, null), (here, there));
        stranger.Kill();
        await stranger.WaitForExitAsync(bound.Token);
        await cancel.CancelAsync();
        await running;
    }

    [Fact]
    public async Task ConnectionThatNobodyHoldsAnyMore_CountsAsACommands_WhereThereWasOne()
    {
        if (!OperatingSystem.IsLinux()) return;
        var (runner, idle) = (NewRunner(), NewRunner());
        using var listener = Listen(IPAddress.Loopback);
        await runner.RunAsync(Shell("exec bash -c 'exec 3<>/dev/tcp/HOST/PORT; echo order >&3'", listener), bound.Token);
        using var connection = await listener.AcceptTcpClientAsync(bound.Token);

        Assert.False(Find(runner, connection)?.IsKnown);
        Assert.Null(Find(idle, connection));
    }

    private static CommandCaller? Find(ProcessRunner runner, TcpClient connection) =>
        new OwnCommands(runner, NullLogger<OwnCommands>.Instance).Find((IPEndPoint)connection.Client.LocalEndPoint!, (IPEndPoint)connection.Client.RemoteEndPoint!);

    private static TcpListener Listen(IPAddress address)
    {
        var listener = new TcpListener(address, 0);
        listener.Start();
        return listener;
    }

    private static string Filled(string command, TcpListener listener) => command
        .Replace("HOST", ((IPEndPoint)listener.LocalEndpoint).Address.ToString(), StringComparison.Ordinal)
        .Replace("PORT", ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static bool IsInstalled(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(path => File.Exists(Path.Combine(path, program)));

    private ProcessOrder Shell(string command, TcpListener? listener = null) =>
        new("/bin/sh", ["-c", listener is null ? command : Filled(command, listener)], folder, TimeSpan.FromSeconds(60));

    private ProcessRunner NewRunner() => new(folder, TimeProvider.System, NullLogger<ProcessRunner>.Instance);
}
