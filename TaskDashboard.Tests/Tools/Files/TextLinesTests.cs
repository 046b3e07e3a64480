using System.Text;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class TextLinesTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Theory]
    [InlineData("a\nb", "1:a 2:b")]
    [InlineData("a\r\n\r\nb\n", "1:a 2: 3:b")]
    [InlineData("\n", "1:")]
    [InlineData("abcd\r\nx", "1:abcd+ 1: 2:x")]
    [InlineData("abcdefghij\nx", "1:abcd+ 1:efgh+ 1:ij 2:x")]
    [InlineData("abcdefgh\r\n", "1:abcd+ 1:efgh+ 1:")]
    [InlineData("abc👋def", "1:abc+ 1:👋de+ 1:f")]
    [InlineData("a\rb", "1:a\rb")]
    public void Lines_ComeInPiecesOfBoundedLength(string content, string expected)
    {
        folder.Write("a.txt", content);
        using var file = TextFile.Open(folder.Work, folder.Work.ResolveFile("a.txt"));
        using var lines = new TextLines(file, maxPiece: 4);
        var found = new StringBuilder();
        while (lines.TryRead(out var piece)) found.Append(lines.Number).Append(':').Append(piece).Append(lines.EndsLine ? " " : "+ ");
        Assert.Equal(expected, found.ToString().TrimEnd(' '));
    }

    public void Dispose() => folder.Dispose();
}
