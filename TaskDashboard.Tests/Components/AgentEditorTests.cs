using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The form of one agent: what it saves, what it keeps, what it says.</summary>
public sealed class AgentEditorTests : PageContext
{
    private AgentDefinition Stored => Agents.All.Single(agent => agent.Id == "agent_a");

    [Fact]
    public void NewAgent_IsSavedWhole_AndComesToItsOwnAddress()
    {
        var page = Open(null);
        page.Find("[name=name]").Change("Proofreader");
        page.Find("[name=instructions]").Change("Find mistakes.");
        page.Find("[data-tool=read_file]").Change(true);
        page.Find("[data-tool=run_command]").Change(true);
        page.Find("[data-policy-mode]").Change("AskAlways");
        page.Find("[name=max-tokens]").Change("5000");
        Assert.Equal("Unsaved changes", page.Find("[data-testid=editor-state]").TextContent);

        page.Find("[data-action=save]").Click();

        var made = Agents.All.Single(agent => agent.Name == "Proofreader");
        Assert.Equal("Find mistakes.", made.Instructions);
        Assert.Equal(["read_file", "run_command"], made.Tools);
        Assert.Equal((ApprovalMode.AskAlways, 5_000L), (made.Approval.Mode, made.Limits.MaxTokens));
        Assert.Null(made.Skills);
        Assert.EndsWith($"/agents/{made.Id}", Navigation.Uri, StringComparison.Ordinal);
        Assert.Equal("Saved", page.Find("[data-testid=editor-state]").TextContent);
    }

    [Fact]
    public void Tools_AreGroupedByWhatTheyCanDo()
    {
        var page = Open("agent_a");

        Assert.NotNull(page.Find("[data-risk=Execute] [data-tool=run_command]"));
        Assert.True(page.Find("[data-risk=Read] [data-tool=read_file]").HasAttribute("checked"));
        Assert.Contains("1 chosen", page.Find("#agent-tools").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyModel_SaysWhichOneIsTaken_AndACostWithoutAPriceThatItCannotBeHeld()
    {
        var page = Open("agent_a");
        Assert.Contains("builtin/assistant answers", page.Find("[data-testid=model-taken]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-testid=no-price]"));

        page.Find("[name=max-cost]").Change("0.5");

        Assert.Contains("No price is known for builtin/assistant", page.Find("[data-testid=no-price]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void FailedSave_KeepsWhatWasTyped_AndSaysWhatIsWrongAtEachField()
    {
        var page = Open("agent_a");
        page.Find("[name=name]").Change("");
        page.Find("[name=model]").Change("nobody/nothing");
        page.Find("[name=max-steps]").Change("0");
        page.Find("[name=description]").Change("Kept");

        page.Find("[data-action=save]").Click();

        Assert.Contains("3 fields", page.Find("[data-testid=save-problem]").TextContent, StringComparison.Ordinal);
        Assert.Contains("name is missing", page.Find(".field:has([name=name]) .field-error").TextContent, StringComparison.Ordinal);
        Assert.Contains("Nothing answers here", page.Find(".field:has([name=model]) .field-error").TextContent, StringComparison.Ordinal);
        Assert.Contains("from 1 to 10,000", page.Find(".field:has([name=max-steps]) .field-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("Kept", page.Find("[name=description]").GetAttribute("value"));
        Assert.Equal("Assistant", Stored.Name);
        Assert.Equal("Unsaved changes", page.Find("[data-testid=editor-state]").TextContent);
    }

    [Fact]
    public async Task ChangeBySomebodyElse_IsSaid_AndTheirsCanBeLoadedOrOverwritten()
    {
        var page = Open("agent_a");
        await Agents.ChangeAsync("agent_a", agent => agent with { Description = "Theirs" });
        page.Find("[name=instructions]").Change("Mine");

        page.Find("[data-action=save]").Click();
        Assert.Equal(("Theirs", ""), (Stored.Description, Stored.Instructions));
        Assert.Contains("Somebody else", page.Find("[data-testid=agent-conflict]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Mine", page.Find("[name=instructions]").GetAttribute("value"));

        page.Find("[data-action=load-theirs]").Click();
        Assert.Equal("Theirs", page.Find("[name=description]").GetAttribute("value"));
        Assert.Empty(page.FindAll("[data-testid=agent-conflict]"));

        await Agents.ChangeAsync("agent_a", agent => agent with { Description = "Theirs again" });
        page.Find("[name=instructions]").Change("Mine, once more");
        page.Find("[data-action=save]").Click();
        page.Find("[data-action=save-over]").Click();
        Assert.Equal(("Theirs", "Mine, once more"), (Stored.Description, Stored.Instructions));
    }

    [Fact]
    public async Task Servers_AreFilledIn_AndTheirSecretsNeverComeBack()
    {
        await Agents.ChangeAsync("agent_a", agent => agent with
        {
            McpServers = [new McpServerDefinition { Name = "files", Transport = McpTransport.Stdio, Command = "files", Environment = new Dictionary<string, string> { ["TOKEN"] = "very-secret" } }],
        });
        var page = Open("agent_a");
        Assert.DoesNotContain("very-secret", page.Markup, StringComparison.Ordinal);
        page.Find("[name=server-arguments]").Change("-v\n--deep");
        page.Find("[data-action=add-server]").Click();
        page.FindAll("[name=server-name]")[1].Change("web");
        page.FindAll("[name=server-transport]")[1].Change("Http");
        page.Find("[name=server-url]").Change("http://127.0.0.1:1/");
        page.FindAll("[data-action=add-secret]")[1].Click();
        page.FindAll("[name=secret-name]")[1].Change("X-Key");
        page.FindAll("[name=secret-value]")[1].Change("new-secret");

        page.Find("[data-action=save]").Click();

        Assert.Equal(["files", "web"], Stored.McpServers.Select(server => server.Name));
        Assert.Equal("very-secret", Stored.McpServers[0].Environment["TOKEN"]);
        Assert.Equal(["-v", "--deep"], Stored.McpServers[0].Arguments);
        Assert.Equal((McpTransport.Http, "new-secret"), (Stored.McpServers[1].Transport, Stored.McpServers[1].Headers["X-Key"]));
        Assert.DoesNotContain("new-secret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void ServerThatDoesNotFit_IsToldAtItsOwnField()
    {
        var page = Open("agent_a");
        page.Find("[data-action=add-server]").Click();
        page.Find("[name=server-name]").Change("No Name");

        page.Find("[data-action=save]").Click();

        Assert.Contains("has to be 1 to 32", page.Find(".field:has([name=server-name]) .field-error").TextContent, StringComparison.Ordinal);
        Assert.Contains("is missing", page.Find(".field:has([name=server-command]) .field-error").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "/agents/agent_a")]
    [InlineData(true, "/tasks")]
    public async Task LeavingWithUnsavedChanges_AsksFirst(bool leaves, string where)
    {
        Navigation.NavigateTo("agents/agent_a");
        var page = Open("agent_a");
        page.Find("[name=name]").Change("Changed");
        var dialogs = Services.GetRequiredService<DialogService>();
        var asked = 0;
        dialogs.OnOpen += (_, _, _, _) =>
        {
            asked++;
            dialogs.Close(leaves);
        };

        Navigation.NavigateTo("tasks");

        await Eventually.TrueAsync(() => Volatile.Read(ref asked) == 1 && Navigation.Uri.EndsWith(where, StringComparison.Ordinal));
        Assert.Equal("Assistant", Stored.Name);
    }

    [Fact]
    public void Trial_SavesFirst_AndIsATaskLikeEveryOther()
    {
        var page = Open("agent_a");
        page.Find("[name=instructions]").Change("Be brief.");
        Assert.Contains("saved first", page.Find("[data-testid=trial]").TextContent, StringComparison.Ordinal);
        page.Find("[name=trial-message]").Input("Hello");

        page.Find(".trial-form").Submit();

        Assert.Equal("Be brief.", Stored.Instructions);
        var command = Assert.Single(Tasks.Created);
        Assert.Equal(("agent_a", "Hello", "Trial: Assistant", "true"), (command.AgentId, command.Message, command.Title, command.Metadata!["trial"]));
        Assert.Equal("chat?taskId=task_new", page.Find(".trial-head a").GetAttribute("href"));

        // The same agent: the trial goes on. A changed one: it begins anew.
        page.Find("[name=trial-message]").Input("And now?");
        page.Find(".trial-form").Submit();
        Assert.Equal(("task_new", "And now?"), (Assert.Single(Tasks.Sent).TaskId, Tasks.Sent[0].Message.Text));
        page.Find("[name=instructions]").Change("Be long.");
        page.Find("[name=trial-message]").Input("Hello again");
        page.Find(".trial-form").Submit();
        Assert.Equal(2, Tasks.Created.Count);
    }

    [Fact]
    public void TrialOfAnAgentThatDoesNotFit_TriesNothing_AndKeepsTheMessage()
    {
        var page = Open(null);
        page.Find("[name=trial-message]").Input("Hello");

        page.Find(".trial-form").Submit();

        Assert.Empty(Tasks.Created);
        Assert.Contains("could not be saved", page.Find(".trial-form .field-error").TextContent, StringComparison.Ordinal);
        Assert.Equal("Hello", page.Find("[name=trial-message]").GetAttribute("value"));
    }

    [Fact]
    public void AgentThatIsNotThere_IsSaid() => Assert.Contains("no such agent", Open("agent_none").Markup, StringComparison.Ordinal);

    private IRenderedComponent<AgentEditorPage> Open(string? agentId) => Render<AgentEditorPage>(page => page.Add(editor => editor.AgentId, agentId));
}
