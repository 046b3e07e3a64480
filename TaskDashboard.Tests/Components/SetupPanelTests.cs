using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Setup;
using TaskDashboard.Core.Setup;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class SetupPanelTests : PageContext
{
    [Fact]
    public void Panel_SaysWhatIsThere_AndWhatIsDoneWithout()
    {
        var panel = Render<SetupPanel>();
        Assert.Contains("offline", panel.Find("[data-model='builtin/assistant']").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("[data-action=ask-model]"));
        Assert.Contains("more slowly", panel.Find("[data-program=rg]").TextContent, StringComparison.Ordinal);
        Assert.Contains("12 MB", panel.Find("[data-testid=setup-data]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_IsAskedOnlyWhenSomebodyWantsIt_AndItsAnswerIsShown()
    {
        Setup.Report = Setup.Report with { Models = [new ModelSetup("openai/gpt-5", true, false, SetupStatus.Unknown)] };
        var panel = Render<SetupPanel>();
        Assert.Empty(Setup.Asked);

        await panel.Find("[data-action=ask-model]").ClickAsync(new MouseEventArgs());
        Assert.Equal(["openai/gpt-5"], Setup.Asked);
        Assert.Contains("after 0.8 s", panel.Find("[data-status=ok]").TextContent, StringComparison.Ordinal);

        Setup.Answer = model => model with { Status = SetupStatus.Failing, Problem = "The key was refused." };
        await panel.Find("[data-action=ask-model]").ClickAsync(new MouseEventArgs());
        Assert.Contains("The key was refused.", panel.Find("[data-status=failing]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Panel_ForWhoMayNotKnowWhereTheDataIs_LeavesItOut()
    {
        Setup.Report = Setup.Report with { DataDirectory = new DataDirectorySetup(null, SetupStatus.Ok, null) };
        Assert.Empty(Render<SetupPanel>().FindAll("[data-testid=setup-data]"));
    }
}
