using Bunit;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>What a "/" offers, and what becomes of a choice.</summary>
public sealed class SlashMenuTests : PageContext
{
    public SlashMenuTests() => Mcp.Servers.Add(new McpServerStatus("files", McpTransport.Stdio, McpServerState.Ready)
    {
        Prompts = [new McpPromptDescription("plain", "Says it.", []), new McpPromptDescription("weather", null, [new McpPromptArgument("city", "Where?", true)])],
        Resources = [new McpResourceDescription("test://text", "Text", null, "text/plain"), new McpResourceDescription("test://image", "Image", null, "image/png")],
    });

    [Fact]
    public async Task Open_ListsPromptsAndResources()
    {
        var menu = Open();

        Assert.True(await menu.InvokeAsync(menu.Instance.OpenAsync));

        Assert.Equal(["/plain", "/weather", "Attach resource Text", "Attach resource Image"], menu.FindAll("[role=option] .slash-name").Select(option => option.TextContent));
        Assert.NotNull(menu.Find("[role=listbox]").GetAttribute("aria-label"));
    }

    [Fact]
    public async Task Open_ForAnAgentWithoutServers_OffersNothing()
    {
        var menu = Open("agent_b");

        Assert.False(await menu.InvokeAsync(menu.Instance.OpenAsync));
    }

    [Fact]
    public async Task ServerThatConnects_WhileTheMenuReads_IsShown()
    {
        var connected = Mcp.Servers[0];
        Mcp.Servers[0] = connected with { State = McpServerState.Connecting, Prompts = [], Resources = [] };
        Mcp.BehindReading(() =>
        {
            Mcp.Servers[0] = connected;
            Mcp.Tell("agent_a");
        });
        var menu = Open();

        Assert.True(await menu.InvokeAsync(menu.Instance.OpenAsync));

        await Until(() => menu.FindAll("[role=option]").Count == 4);
    }

    [Fact]
    public async Task Flood_OfChanges_IsReadAFewTimes_AndItsLastStateIsShown()
    {
        var menu = await OpenedAsync();
        var before = Mcp.Readings;
        Mcp.Servers[0] = Mcp.Servers[0] with { Prompts = [], Resources = [new McpResourceDescription("test://new", "New", null, "text/plain")] };

        for (var line = 0; line < 1_000; line++) Mcp.Tell("agent_a");

        await Until(() => menu.Find("[role=option] .slash-name").TextContent == "Attach resource New");
        Assert.InRange(Mcp.Readings - before, 1, 20);
    }

    [Fact]
    public async Task Prompt_WithoutArguments_FillsTheComposer()
    {
        var menu = await OpenedAsync();

        await menu.InvokeAsync(() => menu.Instance.ChooseAsync(0));

        Assert.Equal("plain: ", Filled());
    }

    [Fact]
    public async Task Prompt_WithArguments_AsksForThemFirst()
    {
        var menu = await OpenedAsync();
        await menu.InvokeAsync(() => menu.Instance.ChooseAsync(1));
        Assert.Null(Filled());

        await menu.Find(".slash-arguments .primary").ClickAsync();
        Assert.Equal("city is needed.", menu.Find("[role=alert]").TextContent);
        menu.Find(".slash-arguments input").Input("Oslo");
        await menu.Find(".slash-arguments .primary").ClickAsync();

        Assert.Equal("weather: Oslo", Filled());
        Assert.Empty(menu.FindAll(".slash-arguments"));
    }

    [Fact]
    public async Task Resource_IsPutInAsAFencedBlock_HeadedByItsAddress()
    {
        var menu = await OpenedAsync();

        await menu.InvokeAsync(() => menu.Instance.ChooseAsync(2));

        Assert.Equal("test://text\n````\nIts ``` text\n````\n", Filled());
    }

    [Fact]
    public async Task Image_IsSaidNotToBePossible()
    {
        var menu = await OpenedAsync();

        await menu.InvokeAsync(() => menu.Instance.ChooseAsync(3));

        Assert.Null(Filled());
        Assert.Contains("is an image", menu.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "a\n```\nplain\n```\n")]
    [InlineData("`````", "a\n``````\n`````\n``````\n")]
    public void Fence_IsLongerThanAnyWithin(string text, string fenced) => Assert.Equal(fenced, FencedText.Of("a", text));

    private IRenderedComponent<SlashMenu> Open(string agentId = "agent_a") => Render<SlashMenu>(menu => menu.Add(one => one.AgentId, agentId));

    private async Task<IRenderedComponent<SlashMenu>> OpenedAsync()
    {
        var menu = Open();
        await menu.InvokeAsync(menu.Instance.OpenAsync);
        return menu;
    }

    private string? Filled() => JSInterop.Invocations.Where(call => call.Identifier == "fill").Select(call => call.Arguments[1] as string).LastOrDefault();
}
