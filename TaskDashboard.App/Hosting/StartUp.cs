using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.App.Hosting;

/// <summary>Runs the server to its end, and tells a person in plain words why it could not begin.</summary>
internal static class StartUp
{
    public const int Refused = 1;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (Explain(failure) is { } sentence)
        {
            return await RefuseAsync(sentence);
        }
    }

    public static async Task<int> RefuseAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return Refused;
    }

    /// <summary>Words for what the person who starts the program can put right; null for a defect, which deserves its stack trace.</summary>
    private static string? Explain(Exception failure) => failure switch
    {
        DataDirectoryException => failure.Message,
        OptionsValidationException invalid => "The settings are not right: " + string.Join(" ", invalid.Failures),
        IOException { InnerException: AddressInUseException } => failure.Message + " Stop the program that uses it, or choose another with --urls.",
        _ => null,
    };
}
