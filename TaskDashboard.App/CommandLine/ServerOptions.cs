using System.CommandLine;

namespace TaskDashboard.App.CommandLine;

/// <summary>What every command takes.</summary>
internal static class ServerOptions
{
    public static Option<string?> Url { get; } = new("--url")
    {
        Description = "Where the server is. Default: TASKDASHBOARD_URL, or the server that runs on the data directory.",
        HelpName = "address",
        Recursive = true,
    };

    public static Option<string?> Key { get; } = new("--key")
    {
        Description = "The key for a server that asks for one. Default: TASKDASHBOARD_KEY, which other programs do not see in the list of processes.",
        HelpName = "key",
        Recursive = true,
    };

    public static Option<string?> DataDirectory { get; } = new("--data-directory")
    {
        Description = "The data directory of the server, where it says how it is reached. Default: as in the settings.",
        HelpName = "folder",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json")
    {
        Description = "The server's JSON instead of text: one document for one thing, one line for each of a list or a watch.",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All { get; } = [Url, Key, DataDirectory, Json];
}
