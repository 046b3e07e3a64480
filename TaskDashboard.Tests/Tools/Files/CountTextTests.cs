namespace TaskDashboard.Tests.Tools.Files;

public sealed class CountTextTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Theory]
    [InlineData("", "a.txt: 0 lines, 0 words, 0 characters")]
    [InlineData("one", "a.txt: 1 line, 1 word, 3 characters")]
    [InlineData("one two\n", "a.txt: 1 line, 2 words, 8 characters")]
    [InlineData("one\n\n  two\tthree", "a.txt: 3 lines, 3 words, 16 characters")]
    [InlineData("\uFEFFGrüße 👋🏽 你好\r\n", "a.txt: 1 line, 3 words, 13 characters")]
    public async Task Counts(string content, string expected)
    {
        folder.Write("a.txt", content);
        Assert.Equal(expected, await folder.CallAsync("count_text", ("path", "a.txt")));
    }

    [Fact]
    public async Task WordAcrossReads_IsOneWord()
    {
        folder.Write("a.txt", string.Concat(Enumerable.Repeat("abcdefghi ", 100_000)) + new string('x', 50_000));
        Assert.Equal("a.txt: 1 line, 100001 words, 1050000 characters", await folder.CallAsync("count_text", ("path", "a.txt")));
    }

    [Fact]
    public async Task BinaryFile_IsRefused()
    {
        folder.Write("a.bin", [1, 0]);
        Assert.Contains("not a text file", await folder.FailAsync("count_text", ("path", "a.bin")), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
