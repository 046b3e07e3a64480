using TaskDashboard.Core.Tools.Files;

namespace TaskDashboard.Tests.Tools.Files;

public sealed class FindFilesTests : IDisposable
{
    private static readonly DateTime Noon = new(2026, 1, 2, 12, 0, 0, DateTimeKind.Utc);

    private readonly ToolFolder folder = new();

    [Fact]
    public async Task Files_AreFoundByName_TheNewestFirst()
    {
        Write("old.cs", -60);
        Write("src/new.cs", 0);
        Write("src/deep/middle.cs", -5);
        Write("src/other.txt", 5);

        Assert.Equal(
            "src/new.cs (3 bytes, 2026-01-02 12:00Z)\nsrc/deep/middle.cs (3 bytes, 2026-01-02 11:55Z)\nold.cs (3 bytes, 2026-01-02 11:00Z)",
            await folder.CallAsync("find_files", ("glob", "*.cs")));
        Assert.Equal("src/deep/middle.cs (3 bytes, 2026-01-02 11:55Z)", await folder.CallAsync("find_files", ("glob", "**/deep/*")));
        Assert.Equal("src/other.txt (3 bytes, 2026-01-02 12:05Z)", await folder.CallAsync("find_files", ("glob", "*.txt"), ("path", "src")));
    }

    [Fact]
    public async Task SameTime_IsOrderedByName()
    {
        foreach (var name in (string[])["c.txt", "a.txt", "b.txt"]) Write(name, 0);
        Assert.Equal(["a.txt", "b.txt", "c.txt"], (await folder.CallAsync("find_files", ("glob", "*"))).Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public async Task LinksAndMadeFolders_AreNotFound()
    {
        folder.Write("bin/a.cs", "x");
        folder.Write("node_modules/b/c.cs", "x");
        File.WriteAllText(Path.Join(folder.Outside, "secret.cs"), "x");
        Directory.CreateSymbolicLink(folder.At("linked"), folder.Outside);
        File.CreateSymbolicLink(folder.At("link.cs"), Path.Join(folder.Outside, "secret.cs"));

        Assert.Equal("No file matches *.cs.", await folder.CallAsync("find_files", ("glob", "*.cs")));
    }

    [Fact]
    public async Task ManyFiles_AreCutToTheNewest_WithANote()
    {
        for (var index = 0; index < FindFilesTool.MaxFiles + 5; index++) Write($"{index:000}.txt", index);

        var lines = (await folder.CallAsync("find_files", ("glob", "*.txt"))).Split('\n');

        Assert.Equal(FindFilesTool.MaxFiles + 1, lines.Length);
        Assert.StartsWith("204.txt", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("005.txt", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith("[Only the newest 200 of 205 files", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmptyGlob_AndMissingFolder_AreToldInWords()
    {
        Assert.Contains("glob is empty", await folder.FailAsync("find_files", ("glob", " ")), StringComparison.Ordinal);
        Assert.Contains("There is no folder \"nope\"", await folder.FailAsync("find_files", ("glob", "*"), ("path", "nope")), StringComparison.Ordinal);
        Assert.Contains("outside the work folder", await folder.FailAsync("find_files", ("glob", "*"), ("path", "..")), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Write(string path, int minutes) => File.SetLastWriteTimeUtc(folder.Write(path, "abc"), Noon.AddMinutes(minutes));
}
