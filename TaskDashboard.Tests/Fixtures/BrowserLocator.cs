namespace TaskDashboard.Tests.Fixtures;

/// <summary>Finds a Chromium (or Chrome, or Edge) that is on this machine already.</summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="exists">Whether there is a file at a path.</param>
internal sealed class BrowserLocator(Func<string, string?> variable, Func<string, bool> exists)
{
    /// <summary>Names the browser to use before any other.</summary>
    public const string Variable = "TASKDASHBOARD_CHROMIUM";

    private static readonly string[] Names =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge"];

    private static readonly string[] LinuxPaths =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable", "/opt/google/chrome/chrome", "/usr/bin/microsoft-edge", "/snap/bin/chromium"];

    private static readonly string[] MacPaths =
    [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ];

    private static readonly string[] WindowsPaths =
        [@"Chromium\Application\chrome.exe", @"Google\Chrome\Application\chrome.exe", @"Microsoft\Edge\Application\msedge.exe"];

    public static BrowserLocator OfThisMachine { get; } = new(Environment.GetEnvironmentVariable, File.Exists);

    /// <summary>The browser's program, or null when there is none.</summary>
    /// <exception cref="FileNotFoundException">The variable names a file that is not there: better told than passed over.</exception>
    public string? Find()
    {
        if (variable(Variable) is { Length: > 0 } chosen)
            return exists(chosen) ? chosen : throw new FileNotFoundException($"{Variable} is set to {chosen}, and there is no such file.", chosen);
        return WellKnown().Concat(OnPath()).FirstOrDefault(exists);
    }

    private string[] WellKnown()
    {
        if (OperatingSystem.IsMacOS()) return MacPaths;
        if (!OperatingSystem.IsWindows()) return LinuxPaths;
        var roots = new[] { "ProgramFiles", "ProgramFiles(x86)", "LocalAppData" }.Select(variable).Where(root => !string.IsNullOrEmpty(root));
        return [.. roots.SelectMany(root => WindowsPaths, (root, path) => Path.Join(root, path))];
    }

    private IEnumerable<string> OnPath() =>
        from name in Names
        from folder in (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        select Path.Join(folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
}
