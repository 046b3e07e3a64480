using System.Text.Json;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class MultiEditFileTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public async Task Edits_AreMadeInOrder_EachInWhatTheOnesBeforeMade()
    {
        folder.Write("a.txt", "one\r\ntwo\r\nthree\r\n");

        var told = await EditAsync("""[{"old_text":"one","new_text":"two and one"},{"old_text":"two and","new_text":"1"},{"old_text":"e","new_text":"E","replace_all":true}]""");

        Assert.Equal("1 onE\r\ntwo\r\nthrEE\r\n", folder.Read("a.txt"));
        Assert.Equal("Edited a.txt: 3 edits, 5 replacements.\n\n@@ -1,3 +1,3 @@\n-one\n+1 onE\n two\n-three\n+thrEE", told);
    }

    [Fact]
    public async Task EditThatCannotBeMade_IsNamed_AndNothingIsChanged()
    {
        folder.Write("a.txt", "one\ntwo two\n");

        Assert.StartsWith("Edit 2 of 2 cannot be made, so nothing was changed: old_text occurs 2 times in \"a.txt\" (lines 2, 2)",
            await FailAsync("""[{"old_text":"one","new_text":"1"},{"old_text":"two","new_text":"2"}]"""), StringComparison.Ordinal);
        Assert.StartsWith("Edit 1 of 1 cannot be made, so nothing was changed: old_text occurs 0 times",
            await FailAsync("""[{"old_text":"nope","new_text":"1"}]"""), StringComparison.Ordinal);
        Assert.Equal("one\ntwo two\n", folder.Read("a.txt"));
    }

    [Theory]
    [InlineData("[]", "edits is empty")]
    [InlineData("""[{"old_text":"a","new_text":"b"},{"old_text":"","new_text":"b"}]""", "Edit 2 of 2 cannot be made, so nothing was changed: old_text is empty")]
    [InlineData("""[{"old_text":"a","new_text":"a"}]""", "nothing would change")]
    [InlineData("""[{"old_text":null,"new_text":"a"}]""", "it has no old_text")]
    [InlineData("""[{"old_text":"a"}]""", "new_text")]
    [InlineData("""[null]""", "it has no old_text")]
    [InlineData("\"a\"", "wrong type")]
    [InlineData("""[{"old_text":"a","new_text":"b"},{"old_text":"b","new_text":"a"}]""", "undo each other")]
    public async Task EditsThatMakeNoSense_AreRefused(string edits, string told)
    {
        folder.Write("a.txt", "a");
        Assert.Contains(told, await FailAsync(edits), StringComparison.Ordinal);
        Assert.Equal("a", folder.Read("a.txt"));
    }

    [Fact]
    public async Task TooManyEdits_AreRefused()
    {
        folder.Write("a.txt", "a");
        var edits = JsonSerializer.Serialize(Enumerable.Range(0, MultiEditFileTool.MaxEdits + 1).Select(_ => new { old_text = "a", new_text = "b" }));
        Assert.Contains("at most 200", await FailAsync(edits), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private Task<string> EditAsync(string edits) => folder.CallAsync("multi_edit_file", ("path", "a.txt"), ("edits", JsonSerializer.Deserialize<JsonElement>(edits)));

    private Task<string> FailAsync(string edits) => folder.FailAsync("multi_edit_file", ("path", "a.txt"), ("edits", JsonSerializer.Deserialize<JsonElement>(edits)));
}
