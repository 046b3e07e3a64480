using System.Text;
using System.Text.Json;
using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class ReadFileTests : IDisposable
{
    private readonly ToolFolder folder = new();

    [Fact]
    public async Task WholeFile_ComesAsItIs_WithPlainLineEnds()
    {
        folder.Write("a.txt", "one\r\n\r\n  three é\n");
        Assert.Equal("one\n\n  three é", await folder.CallAsync("read_file", ("path", "a.txt")));
    }

    [Theory]
    [InlineData(2, 3, "2\ttwo\n3\tthree")]
    [InlineData(4, null, "4\tfour")]
    [InlineData(null, 1, "1\tone")]
    [InlineData(3, 99, "3\tthree\n4\tfour")]
    public async Task Range_ComesWithLineNumbers(int? start, int? end, string expected)
    {
        folder.Write("a.txt", "one\ntwo\nthree\nfour");
        Assert.Equal(expected, await folder.CallAsync("read_file", ("path", "a.txt"), ("start_line", start), ("end_line", end)));
    }

    [Fact]
    public async Task ArgumentsAsJson_AreUnderstood()
    {
        folder.Write("a.txt", "one\ntwo");
        var arguments = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"path":"a.txt","start_line":2,"end_line":null}""")!;
        Assert.Equal("2\ttwo", await folder.CallAsync("read_file", [.. arguments.Select(pair => (pair.Key, (object?)pair.Value))]));
    }

    [Theory]
    [InlineData(0, null, "start_line counts from 1.")]
    [InlineData(3, 2, "end_line (2) is before start_line (3).")]
    [InlineData(5, null, "\"a.txt\" has only 2 lines.")]
    public async Task RangeThatIsNotThere_IsToldInWords(int start, int? end, string expected)
    {
        folder.Write("a.txt", "one\ntwo");
        Assert.Equal(expected, await folder.FailAsync("read_file", ("path", "a.txt"), ("start_line", start), ("end_line", end)));
    }

    [Fact]
    public async Task MissingFile_Folder_AndMissingArgument_AreToldInWords()
    {
        Directory.CreateDirectory(folder.At("src"));
        Assert.Contains("There is no file \"nope.txt\"", await folder.FailAsync("read_file", ("path", "nope.txt")), StringComparison.Ordinal);
        Assert.Contains("\"src\" is a folder", await folder.FailAsync("read_file", ("path", "src")), StringComparison.Ordinal);
        Assert.Equal("read_file needs the argument \"path\".", await folder.FailAsync("read_file"));
        Assert.Contains("wrong type", await folder.FailAsync("read_file", ("path", "x"), ("start_line", JsonSerializer.SerializeToElement("soon"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BinaryFile_IsRefusedWithItsSize()
    {
        folder.Write("a.png", [0x89, (byte)'P', (byte)'N', (byte)'G', 0, 0, 0, 1, .. new byte[2_000]]);
        Assert.Contains("2 KB of binary data", await folder.FailAsync("read_file", ("path", "a.png")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyFile_IsSaidToBeEmpty()
    {
        folder.Write("a.txt", "");
        Assert.Equal("The file \"a.txt\" is empty.", await folder.CallAsync("read_file", ("path", "a.txt")));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public async Task ByteOrderMark_SaysTheEncoding_AndIsNotPartOfTheText(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        folder.Write("a.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("Grüße\n你好")]);
        Assert.Equal("Grüße\n你好", await folder.CallAsync("read_file", ("path", "a.txt")));
    }

    [Fact]
    public async Task LongFile_IsCutBetweenLines_AndCanBeReadOnWithoutALoss()
    {
        var lines = Enumerable.Range(1, 5_000).Select(number => $"line {number} " + new string('é', 20)).ToArray();
        folder.Write("a.txt", string.Join('\n', lines));

        var text = await folder.CallAsync("read_file", ("path", "a.txt"));
        var read = Body(text);
        var pages = 1;
        for (; text.Contains("[Cut at 64 KB", StringComparison.Ordinal); pages++)
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 60_000, ReadFileTool.MaxBytes + 200);
            Assert.EndsWith($"Read on with start_line={read.Count + 1}.]", text, StringComparison.Ordinal);
            text = await folder.CallAsync("read_file", ("path", "a.txt"), ("start_line", read.Count + 1));
            read.AddRange(Body(text).Select(line => line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]));
        }

        Assert.Equal(lines, read);
        Assert.InRange(pages, 4, 6);
    }

    [Fact]
    public async Task SingleLineOfMegabytes_IsCutWithin()
    {
        folder.Write("a.json", new string('x', 5_000_000) + "\nlast");

        var text = await folder.CallAsync("read_file", ("path", "a.json"));

        Assert.InRange(text.Length, 65_000, ReadFileTool.MaxBytes + 300);
        Assert.Contains("[Line 1 alone is longer than 64 KB and is cut here; the file has 4.8 MB. Read on with start_line=2", text, StringComparison.Ordinal);
        Assert.Equal("2\tlast", await folder.CallAsync("read_file", ("path", "a.json"), ("start_line", 2)));
    }

    [Fact]
    public async Task FileOfExactlyTheBound_IsNotCut()
    {
        folder.Write("a.txt", new string('x', ReadFileTool.MaxBytes - 1));
        Assert.Equal(ReadFileTool.MaxBytes - 1, (await folder.CallAsync("read_file", ("path", "a.txt"))).Length);
    }

    [Fact]
    public async Task CancelledCall_ReadsNothing()
    {
        folder.Write("a.txt", "one");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => folder.CallAsync("read_file", new CancellationToken(canceled: true), ("path", "a.txt")));
    }

    public void Dispose() => folder.Dispose();

    private static List<string> Body(string text) => [.. text.Split('\n').Where(line => !line.StartsWith('['))];
}
