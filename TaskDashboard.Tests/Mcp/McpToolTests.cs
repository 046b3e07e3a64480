using System.Text.Json;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tools;

namespace TaskDashboard.Tests.Mcp;

/// <summary>How tools of servers look to agents: names, risks, titles and results.</summary>
public sealed class McpToolTests
{
    private static readonly McpServerDefinition Server = new() { Name = "files", Command = "files" };

    [Theory]
    [InlineData("read", "mcp__files__read")]
    [InlineData("read.file/all ü", "mcp__files__read_file_all__")]
    public void Name_HoldsOnlyWhatProvidersTake(string tool, string name) => Assert.Equal(name, McpToolName.Make("files", tool, []));

    [Fact]
    public void Names_ThatWouldBeTheSameOrTooLong_StayApart_AndAreTheSameInEveryRun()
    {
        string[] tools = ["a.b", "a_b", "a/b", new string('x', 100), new string('x', 101)];

        var (first, second) = (Names(), Names());

        Assert.Equal(first, second);
        Assert.Equal(tools.Length, first.Distinct().Count());
        Assert.All(first, name => Assert.Matches(@"\A[a-zA-Z0-9_-]{1,64}\z", name));

        List<string> Names()
        {
            var taken = new HashSet<string>();
            return [.. tools.Select(tool => McpToolName.Make("files", tool, taken))];
        }
    }

    [Theory]
    [InlineData(null, null, null, null, ToolRisk.Execute)]
    [InlineData(true, null, null, null, ToolRisk.Read)]
    [InlineData(false, null, true, null, ToolRisk.Network)]
    [InlineData(false, true, true, null, ToolRisk.Execute)]
    [InlineData(true, null, null, ToolRisk.Write, ToolRisk.Write)]
    public void Risk_IsTheDefinitionsWord_ThenTheServers_ThenTheWorst(bool? readOnly, bool? destructive, bool? openWorld, ToolRisk? own, ToolRisk risk)
    {
        var tool = new Tool { Name = "read", Annotations = new() { ReadOnlyHint = readOnly, DestructiveHint = destructive, OpenWorldHint = openWorld } };

        Assert.Equal(risk, McpTool.RiskOf(Server with { Risk = own }, tool));
    }

    [Fact]
    public void Tool_KeepsTheServersSchema_AndHasATitleForPeople()
    {
        var schema = JsonElement.Parse("""{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}""");
        var tool = McpTool.Bind("mcp__files__read", Server, new Tool { Name = "read", Description = "Reads.", InputSchema = schema }, () => default);

        Assert.Equal(("mcp__files__read", "Reads."), (tool.Name, tool.Function.Description));
        Assert.True(JsonElement.DeepEquals(schema, tool.Function.JsonSchema));
        Assert.Equal("files: read(a.txt, 3)", tool.Title(new AIFunctionArguments(new Dictionary<string, object?> { ["path"] = "a.txt", ["lines"] = 3, ["none"] = null })));
    }

    [Fact]
    public void Result_IsText_WithWhatIsNoTextDescribed()
    {
        var result = new CallToolResult
        {
            Content =
            [
                new TextContentBlock { Text = "Hello" },
                ImageContentBlock.FromBytes(new byte[2048], "image/png"),
                new EmbeddedResourceBlock { Resource = new TextResourceContents { Uri = "test://a", Text = "Inside" } },
                new ResourceLinkBlock { Uri = "test://b", Name = "b", Description = "Another" },
            ],
            StructuredContent = JsonElement.Parse("""{"sum":3}"""),
        };

        Assert.Equal(
            """
            Hello

            [An image, image/png, 2,048 bytes; it cannot be shown here.]

            [The resource test://a:]
            Inside

            [A resource: test://b, b: Another]

            {"sum":3}
            """, McpResultText.Of(result), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void StructuredContent_ThatIsAlsoSaidAsText_IsSaidOnce()
    {
        var result = new CallToolResult { Content = [new TextContentBlock { Text = """{ "sum": 3 }""" }], StructuredContent = JsonElement.Parse("""{"sum":3}""") };

        Assert.Equal("""{ "sum": 3 }""", McpResultText.Of(result));
    }

    [Fact]
    public void ServerSecrets_LeavesShortValuesAndExistingPaths()
    {
        var folder = Path.GetTempPath();
        var filter = new ServerSecrets(Server with
        {
            Environment = new Dictionary<string, string> { ["A"] = "12345", ["B"] = "long-enough", ["C"] = folder },
            Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer abcdefgh" },
        });

        Assert.Equal($"12345 •••• {folder} •••• ••••", filter.Clean($"12345 long-enough {folder} Bearer abcdefgh abcdefgh"));
    }
}
