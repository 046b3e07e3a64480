using System.Text.Json;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core.Configuration;

namespace TaskDashboard.App.CommandLine;

/// <summary>Where the server is, and how that was found out.</summary>
/// <param name="Url">Its root; ends with a slash.</param>
/// <param name="FoundIn">For people: "--url", "TASKDASHBOARD_URL" and the like.</param>
internal sealed record ServerAddress(Uri Url, string FoundIn)
{
    public const string UrlVariable = "TASKDASHBOARD_URL";

    /// <summary>What a person does where no server answers.</summary>
    public const string HowToStart = "Start the server with TaskDashboard.App (in a clone: dotnet run --project TaskDashboard.App), or say where it is with --url.";

    public bool IsThisMachine => Url.IsLoopback;

    /// <summary>The server itself has said so, and would say so again where it is started anew.</summary>
    public bool IsAnnounced { get; private init; }

    /// <summary>
    /// In this order: <paramref name="url"/>, TASKDASHBOARD_URL, the server.json of the data directory, the Urls of the settings. The last of them only where
    /// nothing speaks for another server: commands that delete must not reach one that was not meant.
    /// </summary>
    /// <exception cref="CommandFailure">None of them names a server; or one does that is gone.</exception>
    public static ServerAddress Find(Surroundings around, string? url, string? dataDirectory)
    {
        if (url is not null) return Of(url, "--url");
        if (around.Variable(UrlVariable) is { Length: > 0 } variable) return Of(variable, UrlVariable);
        var settings = ReadSettings(around);
        var options = new DashboardOptions { DataDirectory = dataDirectory ?? settings[$"{DashboardOptions.Section}:{nameof(DashboardOptions.DataDirectory)}"] };
        var directory = options.ResolvedDataDirectory;
        if (ReadFile(directory) is { } file)
        {
            var path = ServerFile.PathIn(directory);
            return file.IsLeftBehind()
                ? throw new CommandFailure(
                    ExitCodes.NoServer, $"No server is running: {path} was left by process {file.Pid} ({file.Url}), which is gone.", HowToStart)
                : Of(file.Url, $"{path}, process {file.Pid}") with { IsAnnounced = true };
        }

        if (dataDirectory is not null)
        {
            throw new CommandFailure(
                ExitCodes.NoServer, $"No server is running on the data directory {directory}: there is no {ServerFile.Name} in it.", HowToStart);
        }

        return Of(ReadUrls(settings[WebHostDefaults.ServerUrlsKey]) ?? "http://127.0.0.1:5080", $"the settings; there is no {ServerFile.PathIn(directory)}");
    }

    private static ServerAddress Of(string url, string foundIn)
    {
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            throw CommandFailure.Usage($"The address in {foundIn} is no address of a server: {url}", "It has to be one like http://127.0.0.1:5080.");
        if (address.UserInfo.Length > 0) throw CommandFailure.Usage($"The address in {foundIn} holds a user name or a password.", "Give a key with --key or TASKDASHBOARD_KEY instead.");
        return new ServerAddress(new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), foundIn);
    }

    private static IConfiguration ReadSettings(Surroundings around)
    {
        try
        {
            return around.Settings();
        }
        catch (Exception malformed) when (malformed is InvalidDataException or FormatException or IOException)
        {
            throw CommandFailure.Usage($"The settings cannot be read: {malformed.Message}", "Put that right, or say where the server is with --url.");
        }
    }

    private static ServerFile? ReadFile(string directory)
    {
        try
        {
            return ServerFile.Read(directory);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandFailure(ExitCodes.NoServer, $"{ServerFile.PathIn(directory)} does not say where the server is: {unreadable.Message}", "Say where it is with --url.");
        }
    }

    private static string? ReadUrls(string? urls)
    {
        try
        {
            return ServerAnnouncement.AddressForThisMachine(urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []);
        }
        catch (FormatException)
        {
            throw CommandFailure.Usage($"The Urls of the settings are no addresses: {urls}", "Put that right, or say where the server is with --url.");
        }
    }
}
