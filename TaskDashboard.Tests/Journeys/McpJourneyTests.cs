using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Storage;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.Mcp;
using static Microsoft.Playwright.Assertions;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Journeys;

/// <summary>An agent's MCP servers, in a real browser against the whole program.</summary>
[Collection(BrowserCollection.Name)]
public sealed class McpJourneyTests(BrowserFixture browsers)
{
    [Fact]
    public async Task Slash_OffersPromptsAndResources_ByKeyboard()
    {
        await using var server = FakeMcpServer.Start();
        await using var program = await StartAsync(server);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}chat?agentId={program.AgentId}");
        var composer = page.GetByTestId("composer");
        await Expect(composer).ToHaveAttributeAsync("data-attached", "");

        await composer.PressSequentiallyAsync("/");
        var options = page.Locator(".slash-menu [role=option]:not([hidden])");
        await Expect(options).ToHaveCountAsync(4);
        await Expect(composer).ToHaveAttributeAsync("aria-activedescendant", (await options.Nth(0).GetAttributeAsync("id"))!);
        await Expect(options.Nth(0)).ToHaveAttributeAsync("aria-selected", "true");
        await AssertAccessibleAsync(page);

        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(options.Nth(3)).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(options.Nth(0)).ToHaveAttributeAsync("aria-selected", "true");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".slash-menu")).ToBeHiddenAsync();
        await Expect(composer).ToHaveValueAsync("/");

        // A prompt that wants to be told something.
        await composer.PressSequentiallyAsync("wea");
        await Expect(options).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".slash-arguments input")).ToBeFocusedAsync();
        await AssertAccessibleAsync(page);
        await page.Keyboard.TypeAsync("Oslo");
        await page.Keyboard.PressAsync("Enter");
        await Expect(composer).ToHaveValueAsync("Weather in Oslo?");
        await Expect(page.Locator(".slash-menu")).ToBeHiddenAsync();

        await composer.FillAsync("");
        await composer.PressSequentiallyAsync("/text");
        await Expect(options).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Expect(composer).ToHaveValueAsync("test://text\n```\nThe text of it.\n```\n");
        await page.Context.DisposeAsync();
    }

    [Fact]
    public async Task Call_ShowsItsProgress_AndTheAgentsPageFollowsTheServer()
    {
        await using var server = FakeMcpServer.Start();
        await using var program = await StartAsync(server);
        var page = await browsers.OpenPageAsync();
        await page.GotoAsync($"{program.Address}agents");
        var panel = page.Locator("[data-server=fake]");
        await Expect(panel).ToHaveAttributeAsync("data-state", "idle");

        var task = await program.Tasks.CreateAsync(new() { AgentId = program.AgentId, Message = "Work" });
        await Expect(panel).ToHaveAttributeAsync("data-state", "ready");
        await panel.Locator("summary").ClickAsync();
        await Expect(panel.Locator(".mcp-lines")).ToContainTextAsync("Connected: 5 tools");
        await AssertAccessibleAsync(page);

        var chat = await browsers.OpenPageAsync();
        await chat.GotoAsync($"{program.Address}chat?taskId={task.Task.Id}");
        await Expect(chat.Locator("[role=progressbar]")).ToHaveAttributeAsync("aria-valuenow", "25");
        await Expect(chat.Locator(".tool-news")).ToHaveTextAsync("one of four");
        await AssertAccessibleAsync(chat);
        server.Gate.SetResult();
        await Expect(chat.Locator("[data-kind=agent]")).ToHaveTextAsync("Done.");
        await Expect(chat.Locator("[role=progressbar]")).ToHaveCountAsync(0);

        server.Failure = FakeMcpServer.NotThere;
        await panel.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(panel).ToHaveAttributeAsync("data-state", "failed");
        await Expect(panel).ToContainTextAsync("there is no such program");
        await page.Context.DisposeAsync();
        await chat.Context.DisposeAsync();
    }

    private static async Task<DashboardApplication> StartAsync(FakeMcpServer server)
    {
        var program = await DashboardApplication.StartAsync(
            new AgentScript().For("Work", Calls(Call("mcp__fake__progress")), Says("Done.")).Play, services: services => services.AddSingleton<IMcpTransports>(server));
        var agents = program.Services.GetRequiredService<AgentStore>();
        await agents.SaveAsync((await agents.FindAsync(program.AgentId))! with { McpServers = [new McpServerDefinition { Name = "fake", Transport = McpTransport.Stdio, Command = "fake" }], Approval = new ApprovalPolicy { Mode = ApprovalMode.AllowAll } });
        return program;
    }

    private static async Task AssertAccessibleAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(", ", violation.Nodes.Select(node => node.Html))}")));
    }
}
