using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>
/// The built program as a process of its own on a data directory that the test keeps: can be stopped as a person or a service manager stops it,
/// and killed as a machine does. Always ended with this object, and with everything below it; at the latest with the test process.
/// </summary>
public sealed class DashboardProcess : IAsyncDisposable
{
    /// <summary>How long a start or a stop may take before it counts as hanging. Far more than it takes.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private const string ListeningMark = "Now listening on: ";
    private const int Terminate = 15;
    private const int RememberedLines = 5_000;

    private static readonly string Assembly = FindAssembly();

    /// <summary>How lines of the console's log begin that tell of trouble.</summary>
    private static readonly string[] ProblemMarks = ["warn:", "fail:", "crit:", "Unhandled exception"];

    /// <summary>Settings of the machine that would make one test run another program than the next.</summary>
    private static readonly string[] NotInherited = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "TASKDASHBOARD_KEY", "TASKDASHBOARD_URL"];

    private readonly Process process;
    private readonly long launchedAt;
    private readonly Queue<string> lines = new();
    private readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpClient? client;
    private bool disposed;

    private DashboardProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The program ended before it listened."));
        AppDomain.CurrentDomain.ProcessExit += EndWithTheTests;
        launchedAt = Stopwatch.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public TimeSpan SinceLaunch => Stopwatch.GetElapsedTime(launchedAt);

    /// <summary>For requests to the program; once it listens.</summary>
    public HttpClient Client => client ?? throw new InvalidOperationException("The program does not listen yet.");

    public Uri Address => Client.BaseAddress!;

    /// <summary>The newest lines that it printed.</summary>
    public string Log
    {
        get
        {
            lock (lines) return string.Join('\n', lines);
        }
    }

    /// <summary>What it logged as a warning or worse, with the lines that belong to it.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            var problems = new List<string>();
            var belongs = false;
            foreach (var line in Log.Split('\n'))
            {
                var begins = line.Length > 0 && !char.IsWhiteSpace(line[0]);
                belongs = begins ? ProblemMarks.Any(mark => line.StartsWith(mark, StringComparison.Ordinal)) : belongs;
                if (belongs) problems.Add(line);
            }

            return problems;
        }
    }

    /// <summary>Starts the program without waiting for anything.</summary>
    /// <param name="dataDirectory">Where its data are, or will be.</param>
    /// <param name="settings">Keys without the leading <c>TaskDashboard:</c>, with colons.</param>
    public static DashboardProcess Launch(string dataDirectory, params (string Key, string Value)[] settings) => Launch(dataDirectory, new Dictionary<string, string>(), settings);

    private static DashboardProcess Launch(string dataDirectory, IReadOnlyDictionary<string, string> variables, (string Key, string Value)[] settings, Uri? address = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Assembly, "--urls", address?.ToString() ?? "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(Assembly)!,
        };
        foreach (var name in start.Environment.Keys.Where(IsSetting).Concat(NotInherited).ToList()) start.Environment.Remove(name);
        start.Environment["TaskDashboard__DataDirectory"] = dataDirectory;
        foreach (var (key, value) in settings) start.Environment[$"TaskDashboard__{key.Replace(":", "__", StringComparison.Ordinal)}"] = value;
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new DashboardProcess(start);
    }

    /// <summary>Starts the program and waits until it listens, which is after it has settled what the process before left.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message has its log.</exception>
    public static Task<DashboardProcess> StartAsync(string dataDirectory, params (string Key, string Value)[] settings) => StartAsync(dataDirectory, new Dictionary<string, string>(), settings);

    /// <summary>The same in an environment that holds more.</summary>
    /// <param name="dataDirectory">Where its data are, or will be.</param>
    /// <param name="variables">What its environment holds besides.</param>
    /// <param name="settings">Keys without the leading <c>TaskDashboard:</c>, with colons.</param>
    public static Task<DashboardProcess> StartAsync(string dataDirectory, IReadOnlyDictionary<string, string> variables, params (string Key, string Value)[] settings) =>
        ListeningAsync(Launch(dataDirectory, variables, settings));

    /// <summary>The same at the address of a process before, which open pages know.</summary>
    public static Task<DashboardProcess> StartAgainAsync(string dataDirectory, Uri address) => ListeningAsync(Launch(dataDirectory, new Dictionary<string, string>(), [], address));

    private static async Task<DashboardProcess> ListeningAsync(DashboardProcess program)
    {
        try
        {
            await program.ListenAsync();
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it listens.</summary>
    public async Task ListenAsync()
    {
        try
        {
            var address = await listening.Task.WaitAsync(Bound);
            client ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Bound };
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            throw new InvalidOperationException($"{failure.Message} Its log:\n{Log}", failure);
        }
    }

    /// <summary>SIGKILL, to this one process: what it started itself is left to its own fate, as in life.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM: asks it to stop, and waits for nothing.</summary>
    /// <exception cref="PlatformNotSupportedException">On Windows, which has no signals: a test that needs one fails there, and says why.</exception>
    public void RequestStop()
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("There are no signals on Windows; this test runs on Linux and macOS.");
        if (!process.HasExited && SendSignal(process.Id, Terminate) != 0) throw new InvalidOperationException($"The signal was not sent: error {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> StopAsync()
    {
        RequestStop();
        return await ExitAsync();
    }

    /// <summary>Waits for its end; its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            await process.WaitForExitAsync(bound.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program did not end within {Bound}. Its log:\n{Log}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        AppDomain.CurrentDomain.ProcessExit -= EndWithTheTests;
        client?.Dispose();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void EndWithTheTests(object? sender, EventArgs arguments)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > RememberedLines) lines.Dequeue();
        }

        if (line.IndexOf(ListeningMark, StringComparison.Ordinal) is >= 0 and var at) listening.TrySetResult(new Uri(line[(at + ListeningMark.Length)..].Trim()));
    }

    private static bool IsSetting(string variable) => variable.StartsWith("TaskDashboard__", StringComparison.OrdinalIgnoreCase);

    /// <summary>The build puts the program beside the tests; where it does not, its own build folder has it.</summary>
    private static string FindAssembly()
    {
        const string Name = "TaskDashboard.App.dll";
        var beside = Path.Combine(AppContext.BaseDirectory, Name);
        if (File.Exists(beside) && File.Exists(Path.ChangeExtension(beside, ".runtimeconfig.json"))) return beside;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "TaskDashboard.sln"))) continue;
            var built = Directory.EnumerateFiles(Path.Combine(folder.FullName, "TaskDashboard.App", "bin"), Name, SearchOption.AllDirectories);
            if (built.MaxBy(File.GetLastWriteTimeUtc) is { } newest) return newest;
        }

        throw new FileNotFoundException($"{Name} is neither beside the tests nor in the program's build folder. Build the solution first.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
