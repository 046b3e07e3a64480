using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Requests;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Approvals;

/// <summary>What is refused or asked for stays so, whichever way an agent tries.</summary>
public sealed class RuleEvasionTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("taskdashboard-rules-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("rm -rf src; true")]
    [InlineData("true; rm -rf src")]
    [InlineData("cd x && rm -rf $HOME")]
    [InlineData("echo `rm *`")]
    [InlineData("true\nrm x")]
    public async Task RefusingRule_IsNotGotAroundByChaining(string command)
    {
        await using var asking = await AskingEngine.StartAsync(
            new AgentScript().For("Work", Calls(Call("act", ("what", command))), Says("Done.")), new ApprovalPolicy { Mode = ApprovalMode.AllowAll });
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Pattern = "rm *", Allows = false, Scope = ApprovalScope.Always, By = "you" });
        var task = await asking.Engine.CreateAsync("Work");

        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.Empty(asking.Effects);
    }

    [Theory]
    [InlineData("secret/a.txt")]
    [InlineData("open/../secret/a.txt")]
    [InlineData("link/a.txt")]
    [InlineData("*/secret/a.txt")]
    public async Task RefusingRule_IsNotGotAroundByAnotherPathToTheSameFile(string path)
    {
        var folder = LinkedFolder("secret");
        var asked = path.Replace("*", folder, StringComparison.Ordinal);
        await using var asking = await StartWritingAsync(asked, new ApprovalPolicy { Mode = ApprovalMode.AllowAll });
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "write_file", Pattern = "secret/**", Allows = false, Scope = ApprovalScope.Always, By = "you" });
        var task = await asking.Engine.CreateAsync("Work", with => with with { WorkDir = folder });

        await asking.Engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        Assert.StartsWith("Denied by a rule of you", Assert.Single(await asking.ResultsAsync(task.Id)).Content, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "secret")));
    }

    [Theory]
    [InlineData("docs/a.txt", true)]
    [InlineData("docs/link/a.txt", false)]
    public async Task AllowingRule_LetsNothingThroughALinkThatLeadsElsewhere(string path, bool allows)
    {
        var folder = LinkedFolder("src", "docs/link");
        await using var asking = await StartWritingAsync(path, new ApprovalPolicy { Mode = ApprovalMode.AskAlways });
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "write_file", Pattern = "docs/**", Scope = ApprovalScope.Always, By = "you" });
        var task = await asking.Engine.CreateAsync("Work", with => with with { WorkDir = folder });

        var settled = await asking.Engine.WaitForAsync(task.Id, row => row.Status is AgentTaskStatus.Completed or AgentTaskStatus.Waiting);

        Assert.Equal(allows ? AgentTaskStatus.Completed : AgentTaskStatus.Waiting, settled.Status);
    }

    [Fact]
    public async Task AgentThatIsRemoved_DoesNotSetItsTasksFree()
    {
        await using var asking = await AskingEngine.StartAsync(
            new AgentScript().For("Work", Calls(Call("act", ("what", "one"))), Calls(Call("act", ("what", "two"))), Says("Done.")), new ApprovalPolicy { Mode = ApprovalMode.AskAlways });
        var other = await asking.AddAgentAsync();
        var task = await asking.Engine.CreateAsync("Work", with => with with { AgentId = other });
        var first = Assert.Single(await asking.OpenAsync(task.Id));
        await asking.Engine.Services.GetRequiredService<IAgentStore>().DeleteAsync(other);

        await asking.AnswerAsync(first, "allow");
        var next = await asking.Engine.WaitForAsync(task.Id, row => row.Status.IsTerminal() || row.OpenRequests.Any(request => request.Subject == "two"));

        Assert.False(next.Status.IsTerminal());
        Assert.Equal(["one"], asking.Effects);
    }

    [Fact]
    public async Task SubTask_WhoseOwnAgentLetsItGoInTime_StillWaitsForWhomTheAgentAboveItAsks()
    {
        await using var asking = await StartLeadingAsync(new ApprovalPolicy(), new ApprovalPolicy { ExpiresAfterS = 60, OnExpiry = RequestAnswers.Allow });
        var lead = await asking.Engine.CreateAsync("Lead");
        var parked = await asking.Engine.WaitForAsync(lead.Id, row => row.Reason == ReasonCodes.Subtasks);
        var child = (await asking.Engine.Reader.ListTreeAsync(parked.Id)).Single(row => row.ParentTaskId == lead.Id);

        var request = Assert.Single(await asking.OpenAsync(child.Id));

        Assert.Equal((null, null), (request.ExpiresAt, request.Default));
    }

    [Fact]
    public async Task SubTask_IsRefusedWhatARuleRefusesTheAgentAboveIt()
    {
        var free = new ApprovalPolicy { Mode = ApprovalMode.AllowAll };
        await using var asking = await StartLeadingAsync(free, free);
        await asking.Requests.AddRuleAsync(new ApprovalRule { RuleId = "", Tool = "act", Allows = false, Scope = ApprovalScope.Agent, AgentId = asking.Engine.AgentId, By = "you" });
        var lead = await asking.Engine.CreateAsync("Lead");

        await asking.Engine.WaitForAsync(lead.Id, AgentTaskStatus.Completed);

        Assert.Empty(asking.Effects);
    }

    private static async Task<AskingEngine> StartLeadingAsync(ApprovalPolicy leads, ApprovalPolicy follows)
    {
        var asking = await AskingEngine.StartAsync(
            new AgentScript()
                .For("Lead", Calls(Call("spawn_task", ("message", "Work"), ("agent", "Follower"))), Says("Done."))
                .For("Work", Calls(Call("act", ("what", "sweep"))), Says("Done.")),
            leads, tools: ["act", "spawn_task"]);
        await asking.AddAgentAsync("Follower", follows);
        return asking;
    }

    private static Task<AskingEngine> StartWritingAsync(string path, ApprovalPolicy policy) =>
        AskingEngine.StartAsync(new AgentScript().For("Work", Calls(Call("write_file", ("path", path), ("content", "x"))), Says("Done.")), policy, tools: ["write_file"]);

    /// <summary>A work folder with a folder in it, and a link that leads there.</summary>
    private string LinkedFolder(string target, string link = "link")
    {
        Directory.CreateDirectory(Path.Combine(root, target));
        Directory.CreateDirectory(Path.Combine(root, "open"));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, link))!);
        Directory.CreateSymbolicLink(Path.Combine(root, link), Path.Combine(root, target));
        return root;
    }
}
