using System.Text;

namespace TaskDashboard.App.CommandLine;

/// <summary>Files that a command was given, with what is wrong with them in words.</summary>
internal static class Files
{
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, new UTF8Encoding(false, throwOnInvalidBytes: true), cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw CommandFailure.Usage(unreadable is DecoderFallbackException ? $"{path} is not text in UTF-8." : $"{path} cannot be read: {unreadable.Message}");
        }
    }

    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Usage($"{path} cannot be written: {refused.Message}");
        }
    }
}
