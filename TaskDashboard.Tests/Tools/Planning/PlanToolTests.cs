using System.Text.Json;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Tools.Planning;

namespace TaskDashboard.Tests.Tools.Planning;

public sealed class PlanToolTests
{
    private readonly AgentTool tool = new PlanToolSource().Create(new("task_1", Path.Join(Path.GetTempPath(), "never-made"))).Single();

    [Fact]
    public async Task Plan_IsListedStepByStep()
    {
        var steps = """[{"text":"Look","status":"done"},{"text":"Think\n  hard","status":"in_progress"},{"text":"Act","status":"pending"},{"text":"Rest"}]""";
        Assert.Equal("[x] Look\n[>] Think hard\n[ ] Act\n[ ] Rest", await CallAsync(steps));
        Assert.Equal("Plan: 1 of 4 done", Title(steps));
        Assert.Equal(ToolRisk.Read, tool.Risk);
    }

    [Theory]
    [InlineData("[]", "1 to 50 steps, not 0")]
    [InlineData("""[{"text":" "}]""", "Step 1 has no text")]
    [InlineData("""[null]""", "Step 1 has no text")]
    [InlineData("""[{"status":"done"}]""", "text")]
    [InlineData("""[{"text":"a","status":"ready"}]""", "The status of step 1 has to be pending, in_progress or done, not \"ready\"")]
    [InlineData("""[{"text":"a","status":"in_progress"},{"text":"b"},{"text":"c","status":"in_progress"}]""", "Step 3 is in_progress, and so is one before it")]
    [InlineData("\"read\"", "wrong type")]
    public async Task PlanThatMakesNoSense_IsRefused(string steps, string told) =>
        Assert.Contains(told, (await Assert.ThrowsAsync<ToolException>(() => CallAsync(steps))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task PlanThatIsTooLong_IsRefused()
    {
        Assert.Contains("not 51", (await Assert.ThrowsAsync<ToolException>(() => CallAsync(JsonSerializer.Serialize(Enumerable.Repeat(new { text = "a" }, 51))))).Message, StringComparison.Ordinal);
        Assert.Contains("longer than 500", (await Assert.ThrowsAsync<ToolException>(() => CallAsync(JsonSerializer.Serialize(new[] { new { text = new string('a', 501) } })))).Message, StringComparison.Ordinal);
        Assert.Equal(50, (await CallAsync(JsonSerializer.Serialize(Enumerable.Repeat(new { text = "a" }, 50)))).Split('\n').Length);
    }

    [Theory]
    [InlineData("5", "Plan")]
    [InlineData("[1, null, {\"status\": 3}]", "Plan: 0 of 3 done")]
    public void Title_IsMadeOfWhateverComes(string steps, string title) => Assert.Equal(title, Title(steps));

    [Fact]
    public void Title_TakesObjectsAsWell()
    {
        object[] steps = [new Dictionary<string, object?> { ["text"] = "a", ["status"] = "done" }, new Dictionary<string, object?> { ["text"] = "b" }];
        Assert.Equal("Plan: 1 of 2 done", tool.Title(new AIFunctionArguments { ["steps"] = steps }));
        Assert.Equal("Plan", tool.Title([]));
    }

    private async Task<string> CallAsync(string steps) =>
        Assert.IsType<string>(await tool.Function.InvokeAsync(new AIFunctionArguments { ["steps"] = JsonSerializer.Deserialize<JsonElement>(steps) }));

    private string Title(string steps) => tool.Title(new AIFunctionArguments { ["steps"] = JsonSerializer.Deserialize<JsonElement>(steps) });
}
