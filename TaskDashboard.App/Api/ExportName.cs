using System.Text;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api;

/// <summary>What a file with a task in it is called: the task's title, as far as every system takes it, and the end of its id.</summary>
internal static class ExportName
{
    private const int MostCharacters = 60;

    public static string Of(AgentTask task, string extension)
    {
        var name = new StringBuilder(MostCharacters);
        foreach (var rune in task.Title.EnumerateRunes())
        {
            if (name.Length >= MostCharacters) break;
            if (Rune.IsLetterOrDigit(rune)) name.Append(rune.ToString());
            else if (name.Length > 0 && name[^1] != '-') name.Append('-');
        }

        var title = name.ToString().Trim('-');
        return $"{(title.Length == 0 ? "task" : title)}-{task.Id[^6..]}.{extension}";
    }
}
