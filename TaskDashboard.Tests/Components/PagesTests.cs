using Bunit;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class PagesTests : PageContext
{
    [Fact]
    public void Agents_SayWhatTheyAreAndCanDo_AndLeadToAChat()
    {
        var page = Render<AgentsPage>();
        var researcher = page.Find("[data-agent-id=agent_b]");
        Assert.Contains("openai/gpt-5", researcher.TextContent, StringComparison.Ordinal);
        Assert.Equal("chat?agentId=agent_b", researcher.QuerySelector("a.button")!.GetAttribute("href"));
        Assert.Contains("Default (builtin/assistant)", page.Find("[data-agent-id=agent_a]").TextContent, StringComparison.Ordinal);
        Assert.Equal("read_file", page.Find("[data-agent-id=agent_a] code.tag").TextContent);
    }

    [Fact]
    public void Settings_NameTheModelsThatAnswer_AndTheLimits()
    {
        var page = Render<SettingsPage>();
        Assert.Equal("builtin/assistant", page.Find("[data-model] code").TextContent);
        Assert.Contains("64", page.Markup, StringComparison.Ordinal);
        Assert.Contains("1 d 0 h", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Home_LeadsToTheTasks()
    {
        Render<HomePage>();
        Assert.EndsWith("/tasks", Navigation.Uri, StringComparison.Ordinal);
    }
}
