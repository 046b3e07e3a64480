using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.ViewModels.Text;

/// <summary>What another task told this one, in a line.</summary>
public static class NewsText
{
    /// <param name="news">A message with a sender.</param>
    /// <param name="sender">The sender's title.</param>
    /// <param name="words">The reader's language.</param>
    public static string Of(MessageItem news, string sender, IStringLocalizer<Strings> words) =>
        words[news.ToldEnd is { } end ? $"News.{end}" : "News.Says", sender];

    public static string IconOf(MessageItem news) => news.ToldEnd switch
    {
        AgentTaskStatus.Completed => "check",
        AgentTaskStatus.Failed => "cross",
        AgentTaskStatus.Cancelled => "ban",
        _ => "chat",
    };
}
