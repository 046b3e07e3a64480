using System.Text;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class EditFileTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public async Task TextThatOccursOnce_IsReplaced()
    {
        folder.Write("a.txt", "one\ntwo\nthree\n");
        Assert.Equal("Edited a.txt: 1 replacement, at line 2.\n\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three", await EditAsync("two", "2"));
        Assert.Equal("one\n2\nthree\n", folder.Read("a.txt"));
    }

    [Fact]
    public async Task TextThatOccursMoreOften_IsRefusedWithCountAndLines()
    {
        folder.Write("a.txt", "x\ny x\n");
        Assert.Contains("occurs 2 times in \"a.txt\" (lines 1, 2)", await FailAsync("x", "z"), StringComparison.Ordinal);
        Assert.Equal("x\ny x\n", folder.Read("a.txt"));
    }

    [Fact]
    public async Task ReplaceAll_ReplacesEveryOccurrence()
    {
        folder.Write("a.txt", "aaa b\na");
        var told = await folder.CallAsync("edit_file", ("path", "a.txt"), ("old_text", "a"), ("new_text", "aa"), ("replace_all", true));
        Assert.StartsWith("Edited a.txt: 4 replacements, at lines 1, 1, 1, 2.\n\n@@ -1,2 +1,2 @@\n", told, StringComparison.Ordinal);
        Assert.Equal("aaaaaa b\naa", folder.Read("a.txt"));
    }

    [Theory]
    [InlineData("nope", "occurs 0 times")]
    [InlineData("    two", "Without the white space at its ends it does occur")]
    public async Task TextThatDoesNotOccur_IsRefusedWithAHint(string oldText, string told)
    {
        folder.Write("a.txt", "one\n\ttwo\n");
        Assert.Contains(told, await FailAsync(oldText, "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CarriageReturns_AreFoundWithoutThem_AndKept()
    {
        folder.Write("a.txt", "one\r\ntwo\r\nthree\r\n");
        await EditAsync("one\ntwo", "1\n1.5\n2");
        Assert.Equal("1\r\n1.5\r\n2\r\nthree\r\n", folder.Read("a.txt"));
    }

    [Fact]
    public async Task MixedLineEnds_StayAsTheyAre_OutsideTheReplacedText()
    {
        folder.Write("a.txt", "a\r\nb\nc\r\nd\n");
        await EditAsync("b\nc", "B\nC");
        Assert.Equal("a\r\nB\nC\r\nd\n", folder.Read("a.txt"));
        await EditAsync("\nC\nd\n", "\nx\n");
        Assert.Equal("a\r\nB\nx\n", folder.Read("a.txt"));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task ByteOrderMarkAndEncoding_AreKept(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        folder.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("Grüße alt")]);
        await EditAsync("alt", "neu ✓");
        Assert.Equal([.. encoding.GetPreamble(), .. encoding.GetBytes("Grüße neu ✓")], File.ReadAllBytes(folder.At("a.txt")));
    }

    [Fact]
    public async Task FileWithoutAMark_GetsNone()
    {
        folder.Write("a.txt", "alt");
        await EditAsync("alt", "neu");
        Assert.Equal("neu"u8.ToArray(), File.ReadAllBytes(folder.At("a.txt")));
    }

    [Fact]
    public async Task FileInAnotherEncoding_IsNotDamaged()
    {
        byte[] latin = [(byte)'G', (byte)'r', 0xFC, 0xDF, (byte)'e'];
        folder.Write("a.txt", latin);
        Assert.Contains("not in UTF-8", await FailAsync("Gr", "x"), StringComparison.Ordinal);
        Assert.Equal(latin, File.ReadAllBytes(folder.At("a.txt")));
    }

    [Theory]
    [InlineData("", "x", "old_text is empty")]
    [InlineData("a", "a", "nothing would change")]
    public async Task EditThatMakesNoSense_IsRefused(string oldText, string newText, string told)
    {
        folder.Write("a.txt", "a");
        Assert.Contains(told, await FailAsync(oldText, newText), StringComparison.Ordinal);
        Assert.Equal("a", folder.Read("a.txt"));
    }

    [Fact]
    public async Task HalfOfASurrogatePair_IsNotWritten()
    {
        folder.Write("a.txt", "a");
        Assert.Contains("broken character", await FailAsync("a", "\ud83d"), StringComparison.Ordinal);
        Assert.Equal("a", folder.Read("a.txt"));
    }

    [Fact]
    public async Task MissingEmptyAndBinaryFiles_AreToldInWords()
    {
        Assert.Contains("There is no file", await FailAsync("a", "b"), StringComparison.Ordinal);
        folder.Write("a.txt", "");
        Assert.Contains("is empty", await FailAsync("a", "b"), StringComparison.Ordinal);
        folder.Write("a.txt", [1, 0, 2]);
        Assert.Contains("not a text file", await FailAsync("a", "b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EditsOfOneFileAtTheSameTime_AllTakeEffect()
    {
        var words = Enumerable.Range(0, 40).Select(number => $"<{number}>").ToArray();
        folder.Write("a.txt", string.Join('\n', words));

        await Task.WhenAll(words.Select(word => EditAsync(word, word.Trim('<', '>'))));

        Assert.Equal(string.Join('\n', Enumerable.Range(0, 40)), folder.Read("a.txt"));
    }

    public void Dispose() => folder.Dispose();

    private Task<string> EditAsync(string oldText, string newText) => folder.CallAsync("edit_file", ("path", "a.txt"), ("old_text", oldText), ("new_text", newText));

    private Task<string> FailAsync(string oldText, string newText) => folder.FailAsync("edit_file", ("path", "a.txt"), ("old_text", oldText), ("new_text", newText));
}
