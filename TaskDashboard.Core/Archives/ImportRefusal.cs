using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Archives;

/// <summary>Why an archive is not taken: which file of it, what is wrong there, and that nothing was stored.</summary>
internal static class ImportRefusal
{
    private const string Field = "file";

    /// <param name="why">In one sentence with its full stop.</param>
    public static RefusedException Of(string why) => RefusedException.Validation(Field, $"{why} Nothing was stored.");

    /// <param name="path">The file of the archive.</param>
    /// <param name="why">How the sentence goes on that begins with the file's name; without its full stop.</param>
    public static RefusedException In(string path, string why) => Of($"{path} in the archive {why}.");

    public static RefusedException InLine(string path, long line, string why) => Of($"{path} in the archive, line {line}: {why}.");

    public static RefusedException TooLarge(string why) => RefusedException.TooLarge(Field, $"{why} Nothing was stored.");
}
