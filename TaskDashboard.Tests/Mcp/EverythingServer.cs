using System.Diagnostics;

namespace TaskDashboard.Tests.Mcp;

/// <summary>
/// The protocol's own reference server, which offers a bit of everything: installed by npm beside the tests, once, at one exact version.
/// </summary>
public sealed class EverythingServer : IAsyncLifetime
{
    private const string Package = "@modelcontextprotocol/server-everything";
    private const string Version = "2026.1.26";

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The program that runs it.</summary>
    public static string Node => "node";

    /// <summary>The server's own file.</summary>
    public string Script { get; private set; } = "";

    public async Task InitializeAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "everything-server", Version);
        Script = Path.Combine(folder, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js");
        var complete = Path.Combine(folder, "complete");
        foreach (var program in new[] { Node, "npm" })
        {
            if (!IsInPath(program)) throw new InvalidOperationException($"The tests with a real MCP server need {program}, which is not in the path. Install Node.js with npm (on Debian: apt-get install nodejs npm).");
        }

        Directory.CreateDirectory(folder);
        await using var alone = await LockAsync(Path.Combine(folder, "lock"));
        if (File.Exists(complete)) return;
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"private":true}""");
        await InstallAsync(folder);
        await File.WriteAllTextAsync(complete, "");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task InstallAsync(string folder)
    {
        var start = new ProcessStartInfo("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", $"{Package}@{Version}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        using var bound = new CancellationTokenSource(InstallTimeout);
        var said = Task.WhenAll(npm.StandardOutput.ReadToEndAsync(bound.Token), npm.StandardError.ReadToEndAsync(bound.Token));
        try
        {
            await npm.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw new TimeoutException($"npm did not install {Package} within {InstallTimeout}.");
        }

        if (npm.ExitCode != 0) throw new InvalidOperationException($"npm could not install {Package}@{Version} (exit code {npm.ExitCode}):\n{string.Join('\n', await said)}");
    }

    private static bool IsInPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.exe")));

    /// <summary>Test processes that begin at the same time install one after the other.</summary>
    private static async Task<FileStream> LockAsync(string path)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(began) < InstallTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }
}

/// <summary>Tests that share the installed server. They start programs, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class EverythingCollection : ICollectionFixture<EverythingServer>
{
    public const string Name = "Everything server";
}
