using System.Diagnostics;

namespace TaskDashboard.Load.Processes;

/// <summary>A server that this program started. Disposing ends it, by its process id, with everything below it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const int RememberedLines = 30;

    private readonly Process process;
    private readonly Queue<string> lastLines = new();
    private readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? readyPrefix;

    private ChildProcess(ProcessStartInfo start, string? readyPrefix)
    {
        this.readyPrefix = readyPrefix;
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"{start.FileName} ended before it was ready. {LastWords}"));
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>The last lines that it printed, for the message when it fails.</summary>
    public string LastWords
    {
        get
        {
            lock (lastLines) return string.Join(Environment.NewLine, lastLines);
        }
    }

    /// <summary>Starts this very program again, as one of its servers, and waits until that says where it listens.</summary>
    public static async Task<(ChildProcess Process, Uri Address)> StartOwnAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = StartInfo(typeof(ChildProcess).Assembly.Location, arguments);
        var child = new ChildProcess(start, ReadyLine.Prefix);
        child.Start();
        try
        {
            var address = await child.ready.Task.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken);
            return (child, new Uri(address));
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>Starts this very program again for one piece of work, and waits for its end.</summary>
    public static async Task RunOwnAsync(string[] arguments, CancellationToken cancellationToken)
    {
        using var child = new ChildProcess(StartInfo(typeof(ChildProcess).Assembly.Location, arguments), readyPrefix: null);
        child.Start();
        await child.process.WaitForExitAsync(cancellationToken);
        if (child.process.ExitCode != 0) throw new InvalidOperationException($"{arguments[0]} failed: {child.LastWords}");
    }

    /// <summary>Starts a built .NET program; it is for the caller to find out when it is ready.</summary>
    public static ChildProcess StartProgram(string assembly, IReadOnlyDictionary<string, string> environment)
    {
        var start = StartInfo(assembly, []);
        start.WorkingDirectory = Path.GetDirectoryName(assembly)!;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var child = new ChildProcess(start, readyPrefix: null);
        child.Start();
        return child;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string assembly, string[] arguments) => new("dotnet", [assembly, .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        // Its end tells our own servers that this program is gone, however it went.
        RedirectStandardInput = true,
        UseShellExecute = false,
    };

    private void Start()
    {
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Note(string? line)
    {
        if (line is null) return;
        if (readyPrefix is not null && line.StartsWith(readyPrefix, StringComparison.Ordinal)) ready.TrySetResult(line[readyPrefix.Length..]);
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > RememberedLines) lastLines.Dequeue();
        }
    }
}
