using Bunit;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tools;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The servers of an agent, on its page.</summary>
public sealed class McpPanelTests : PageContext
{
    public McpPanelTests()
    {
        Mcp.Servers.Add(new McpServerStatus("files", McpTransport.Stdio, McpServerState.Ready) { Tools = [new McpToolDescription("read", "", ToolRisk.Read)] });
        Mcp.Servers.Add(new McpServerStatus("web", McpTransport.Http, McpServerState.Failed) { Problem = "Nobody answers.", RetryAt = ATask.Noon });
        Mcp.Servers.Add(new McpServerStatus("off", McpTransport.Http, McpServerState.Disabled));
        Mcp.Log.Add(new McpLogLine(ATask.Noon, "Started."));
    }

    [Fact]
    public void Servers_SayHowTheyStand()
    {
        var page = Render<AgentsPage>();

        var servers = page.FindAll("[data-agent-id=agent_a] .mcp-server");
        Assert.Equal(["ready", "failed", "disabled"], servers.Select(server => server.GetAttribute("data-state")));
        Assert.Contains("1 tool", servers[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Nobody answers.", servers[1].TextContent, StringComparison.Ordinal);
        Assert.Empty(servers[2].QuerySelectorAll("button"));
        Assert.Empty(page.FindAll("[data-agent-id=agent_b] .mcp-panel"));
    }

    [Fact]
    public async Task Change_IsDrawnWithoutBeingAskedFor()
    {
        var page = Render<AgentsPage>();

        Mcp.Servers[1] = Mcp.Servers[1] with { State = McpServerState.Ready, Problem = null };
        Mcp.Tell("agent_a");

        await Until(() => page.Find("[data-server=web]").GetAttribute("data-state") == "ready");
    }

    [Fact]
    public void Restart_ReachesTheServer()
    {
        var page = Render<AgentsPage>();

        page.Find("[data-server=web] button").Click();

        Assert.Equal(["web"], Mcp.Restarted);
    }

    [Fact]
    public void Log_IsShownWhenItIsOpened()
    {
        var page = Render<AgentsPage>();
        Assert.Empty(page.FindAll(".mcp-lines"));

        page.Find("[data-server=files] summary").Click();

        Assert.Contains("12:00:00  Started.", page.Find(".mcp-lines").TextContent, StringComparison.Ordinal);
    }
}
