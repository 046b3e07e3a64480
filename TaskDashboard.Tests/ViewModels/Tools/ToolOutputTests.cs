using TaskDashboard.App.ViewModels.Tools;

namespace TaskDashboard.Tests.ViewModels.Tools;

public sealed class ToolOutputTests
{
    [Fact]
    public void Edit_WithADiff_HasNumbersOnBothSides()
    {
        var diff = Assert.IsType<UnifiedDiff>(ToolOutput.Of("edit_file", "Edited a.txt: 1 replacement, at line 2.\n\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n@@ -9 +9,2 @@\n nine\n+ten\n… no line end at the end"));

        Assert.Equal("Edited a.txt: 1 replacement, at line 2.", diff.Summary);
        Assert.Equal((2, 1), (diff.Added, diff.Removed));
        Assert.Equal(
            ["1/1 one", "2/ two", "/2 2", "3/3 three", "/ ⋯", "9/9 nine", "/10 ten", "/ … no line end at the end"],
            diff.Lines.Select(line => $"{line.Old}/{line.New} {line.Text}"));
    }

    [Theory]
    [InlineData("edit_file", "Edited a.txt: nothing to show.", typeof(PlainOutput))]
    [InlineData("run_command", "Exit code 0.\nhello", typeof(TerminalOutput))]
    [InlineData("list_files", "a.txt (1 B)\nsrc/", typeof(ListOutput))]
    [InlineData("update_plan", "[x] one\n[>] two\n[ ] three", typeof(PlanOutput))]
    [InlineData("update_plan", "no plan", typeof(PlainOutput))]
    [InlineData("mcp__any__thing", " {\"a\":[1,2]} ", typeof(JsonOutput))]
    [InlineData("mcp__any__thing", "{not json}", typeof(PlainOutput))]
    [InlineData("read_file", "", typeof(PlainOutput))]
    public void Output_HasTheFormOfItsTool(string tool, string content, Type form) => Assert.IsType(form, ToolOutput.Of(tool, content));

    [Fact]
    public void Command_TellsItsExitCode_AndKeepsColoursApart()
    {
        var output = Assert.IsType<TerminalOutput>(ToolOutput.Of("run_command", "Exit code -7.\n\u001b[31mbad\u001b[0m"));

        Assert.Equal((-7, "Exit code -7."), (output.ExitCode, output.Headline));
        Assert.Equal(new AnsiSpan("bad", "ansi-1"), Assert.Single(output.Text));
        Assert.Null(Assert.IsType<TerminalOutput>(ToolOutput.Of("run_command", "Stopped after 5 s, with everything that it had started. Until then it wrote:")).ExitCode);
    }

    [Fact]
    public void Json_IsIndented() => Assert.Equal("{\n  \"a\": \"ä\"\n}", Assert.IsType<JsonOutput>(ToolOutput.Of("any", "{\"a\":\"ä\"}")).Text.ReplaceLineEndings("\n"));
}
