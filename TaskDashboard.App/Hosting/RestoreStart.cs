using TaskDashboard.Core.Backups;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.App.Hosting;

/// <summary>A start that puts a backup back, and starts no server: <c>--restore backup.zip</c>.</summary>
internal static class RestoreStart
{
    /// <summary>The backup that is to be put back; null for an ordinary start.</summary>
    public static string? FileIn(IConfiguration configuration) => configuration["restore"] ?? configuration[$"{DashboardOptions.Section}:Restore"];

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string file, IConfiguration configuration)
    {
        var options = configuration.GetSection(DashboardOptions.Section).Get<DashboardOptions>() ?? new DashboardOptions();
        try
        {
            await Console.Out.WriteLineAsync(await BackupRestore.RunAsync(Path.GetFullPath(file), options.ResolvedDataDirectory, TimeProvider.System));
            return 0;
        }
        catch (Exception refused) when (refused is RestoreException or DataDirectoryException)
        {
            return await StartUp.RefuseAsync(refused.Message);
        }
    }
}
