using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using TaskDashboard.App.Components.Agents;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The list of agents, and what its menu does.</summary>
public sealed class AgentsPageTests : PageContext
{
    [Fact]
    public void Menu_OffersWhatCanBeDone_AndDuplicates()
    {
        var page = Render<AgentsPage>();

        page.Find("[data-agent-id=agent_b] [data-action=more]").Click();
        Assert.Equal("agents/agent_b", page.Find("[data-action=edit]").GetAttribute("href"));
        Assert.Equal("api/agents/agent_b/export?format=yaml", page.Find("[data-action=export-yaml]").GetAttribute("href"));
        page.Find("[data-action=duplicate]").Click();

        Assert.Contains(page.FindAll(".agent-name"), name => name.TextContent == "Researcher (2)");
        Assert.Equal("openai/gpt-5", Agents.All.Single(agent => agent.Name == "Researcher (2)").Model);
    }

    [Fact]
    public void ArchivedAgent_StandsBehindTheFilter_IsInNoPicker_AndComesBack()
    {
        var page = Render<AgentsPage>();
        page.Find("[data-agent-id=agent_b] [data-action=more]").Click();

        page.Find("[data-action=archive]").Click();

        Assert.Empty(page.FindAll("[data-agent-id=agent_b]"));
        Assert.NotNull(Agents.All.Single(agent => agent.Id == "agent_b").ArchivedAt);
        Assert.Equal("agents?view=archived", page.FindAll(".agent-views a")[1].GetAttribute("href"));
        Assert.DoesNotContain("Researcher", Render<NewTaskDialog>().Markup, StringComparison.Ordinal);

        Navigation.NavigateTo("agents?view=archived");
        var archived = Render<AgentsPage>();
        Assert.Single(archived.FindAll(".agent-card"));
        archived.Find("[data-action=restore]").Click();
        Assert.Null(Agents.All.Single(agent => agent.Id == "agent_b").ArchivedAt);
    }

    [Fact]
    public void Delete_SaysHowManyTasksAreLive_BeforeItDoes()
    {
        Removal.Live.Add(ATask.With("task_1", title: "Counting"));
        Removal.Live.Add(ATask.With("task_2", title: "Reading"));
        var dialog = Render<DeleteAgentDialog>(parameters => parameters.Add(one => one.Agent, Agents.All[0]));

        Assert.Contains("2 live tasks will be cancelled", dialog.Find("[data-testid=live-tasks]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Counting", dialog.Markup, StringComparison.Ordinal);
        Assert.Empty(Removal.Removed);
        Assert.Contains("Delete and cancel 2 tasks", dialog.Find("[data-action=delete-now]").TextContent, StringComparison.Ordinal);
        dialog.Find("[data-action=delete-now]").Click();

        Assert.Equal(["agent_a"], Removal.Removed);
    }

    [Fact]
    public void ImportedFile_MakesAnAgent_AndSaysWhatIsMissing()
    {
        var page = Render<AgentsPage>();

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("name: Assistant\ntools: [teleport]\n", "one.yaml"));

        page.WaitForAssertion(() => Assert.Contains("There is no tool teleport.", page.Find("[data-testid=import-result]").TextContent, StringComparison.Ordinal));
        Assert.Contains(Agents.All, agent => agent.Name == "Assistant (2)");

        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("{\"colour\":1}", "two.json"));
        page.WaitForAssertion(() => Assert.Contains("colour is not a field of an agent", page.Find("[data-testid=import-result]").TextContent, StringComparison.Ordinal));
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("x", "three.txt"));
        page.WaitForAssertion(() => Assert.Contains(".json, .yaml or .yml", page.Find("[data-testid=import-result]").TextContent, StringComparison.Ordinal));
    }
}
