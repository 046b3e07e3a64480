using System.Diagnostics;
using System.Text;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>
/// Installs Chromium where there is none: by apt-get on Debian and its kin, for root or by a sudo that asks for no password;
/// failing that, by Playwright's own installer. Everything that was tried, and what came of it, is kept for the error message.
/// </summary>
internal sealed class BrowserInstaller
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan UpdateTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(8);

    private readonly List<string> tried = [];

    /// <summary>Finds the browser, installing it first if need be. Test processes that need it at the same time do this one after the other.</summary>
    /// <param name="find">Looks for a browser; asked again after each attempt.</param>
    /// <exception cref="InvalidOperationException">There is none, and none could be installed.</exception>
    public static async Task<string> EnsureAsync(Func<string?> find)
    {
        if (find() is { } present) return present;
        await using var exclusive = await LockAsync();
        if (find() is { } installedMeanwhile) return installedMeanwhile;
        var installer = new BrowserInstaller();
        await installer.ByAptAsync();
        if (find() is { } byApt) return byApt;
        await installer.ByPlaywrightAsync();
        return find() ?? throw new InvalidOperationException(
            $"The browser tests need Chromium, Chrome or Edge. None was found, and installing one failed. Install one, or set {BrowserLocator.Variable} to its program. What was tried:\n{string.Join('\n', installer.tried)}");
    }

    private async Task ByAptAsync()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/apt-get"))
        {
            tried.Add("apt-get: not on this machine.");
            return;
        }

        string[] asRoot = [];
        if (!Environment.IsPrivilegedProcess)
        {
            if (!File.Exists("/usr/bin/sudo") || !await RunAsync(TimeSpan.FromSeconds(10), "/usr/bin/sudo", "-n", "true"))
            {
                tried.Add("apt-get: needs root, or sudo without a password.");
                return;
            }

            asRoot = ["/usr/bin/sudo", "-n"];
        }

        string[] apt = [.. asRoot, "/usr/bin/env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"];
        // An update that fails in part (one mirror of several) may still be enough for the install, which says if not.
        await RunAsync(UpdateTimeout, [.. apt, "update"]);
        await RunAsync(InstallTimeout, [.. apt, "install", "-y", "--no-install-recommends", "chromium"]);
    }

    private async Task ByPlaywrightAsync()
    {
        try
        {
            var exitCode = await Task.Run(() => Microsoft.Playwright.Program.Main(["install", "chromium"])).WaitAsync(InstallTimeout);
            tried.Add($"playwright install chromium: exit code {exitCode}; its output is in the console.");
        }
        catch (Exception failure) when (failure is TimeoutException or Microsoft.Playwright.PlaywrightException)
        {
            tried.Add($"playwright install chromium: {failure.Message}");
        }
    }

    private async Task<bool> RunAsync(TimeSpan timeout, params string[] command)
    {
        using var process = new Process { StartInfo = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true } };
        var output = new StringBuilder();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output) output.AppendLine(line.Data);
        }

        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = new CancellationTokenSource(timeout);
        var ended = $"still running after {timeout}, stopped";
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            ended = $"exit code {process.ExitCode}";
            return process.ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return false;
        }
        finally
        {
            lock (output) tried.Add($"{string.Join(' ', command)}: {ended}\n{Last(output.ToString().TrimEnd(), 2_000)}");
        }
    }

    private static string Last(string text, int length) => text.Length <= length ? text : "…" + text[^length..];

    /// <summary>A file that one process at a time holds open. The system closes it for a process that dies.</summary>
    private static async Task<FileStream> LockAsync()
    {
        var path = Path.Join(Path.GetTempPath(), $"taskdashboard-browser-{Environment.UserName}.lock");
        using var deadline = new CancellationTokenSource(LockTimeout);
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!deadline.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250));
            }
        }
    }
}
