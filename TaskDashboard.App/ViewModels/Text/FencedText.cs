namespace TaskDashboard.App.ViewModels.Text;

/// <summary>Puts a foreign text into a message so that it stays apart from what is said about it.</summary>
public static class FencedText
{
    /// <param name="heading">Where it is from; the line above it.</param>
    /// <param name="text">The text; the fence is longer than any that it holds.</param>
    public static string Of(string heading, string text)
    {
        var (longest, run) = (0, 0);
        foreach (var character in text)
        {
            run = character == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', Math.Max(3, longest + 1));
        return $"{heading}\n{fence}\n{text.TrimEnd('\n')}\n{fence}\n";
    }
}
