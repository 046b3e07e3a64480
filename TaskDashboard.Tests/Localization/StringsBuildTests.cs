using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TaskDashboard.Tests.Localization;

/// <summary>The build's own look at the words, run over small projects.</summary>
public sealed class StringsBuildTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("taskdashboard-strings-").FullName;

    [Fact]
    public async Task Build_WhenEveryWordIsThere_GoesOn()
    {
        Write(english: "Nav.Tasks", chinese: "Nav.Tasks", page: "@L[\"Nav.Tasks\"]");
        var (code, text) = await BuildAsync();
        Assert.True(code == 0, text);
    }

    [Fact]
    public async Task Build_WhenWordsAreMissingTwiceOrEmpty_Fails_AndNamesEach()
    {
        Write(english: "Nav.Tasks,Nav.Chat,Nav.Twice,Nav.Twice,Nav.Empty=", chinese: "Nav.Tasks,Nav.Old,Nav.Twice,Nav.Empty", page: "<p>@L[\"Nav.Taskz\"]</p>");
        var (code, text) = await BuildAsync();
        Assert.NotEqual(0, code);
        var lines = text.Split('\n').Distinct().ToList();
        foreach (var (error, word) in new[] { ("TD0003", "Nav.Chat"), ("TD0003", "Nav.Old"), ("TD0004", "Nav.Taskz"), ("TD0001", "Nav.Twice"), ("TD0002", "Nav.Empty") })
        {
            Assert.Single(lines, line => line.Contains($"error {error}", StringComparison.Ordinal) && line.Contains($"\"{word}\"", StringComparison.Ordinal));
        }

        Assert.Contains(lines, line => line.Contains("Page.razor(1,5)", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Write(string english, string chinese, string page, [CallerFilePath] string here = "")
    {
        var targets = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "build", "Strings.targets"));
        Directory.CreateDirectory(Path.Combine(folder, "Localization"));
        File.WriteAllText(Path.Combine(folder, "Page.razor"), page);
        File.WriteAllText(Path.Combine(folder, "Localization", "Strings.resx"), Resources(english));
        File.WriteAllText(Path.Combine(folder, "Localization", "Strings.zh-Hans.resx"), Resources(chinese));
        File.WriteAllText(Path.Combine(folder, "words.proj"), $"""<Project><Import Project="{targets}" /></Project>""");
    }

    private static string Resources(string words) => $"<root>{string.Concat(words.Split(',').Select(word => word.Split('=')).Select(word => $"<data name=\"{word[0]}\"><value>{(word.Length > 1 ? word[1] : "x")}</value></data>"))}</root>";

    private async Task<(int Code, string Text)> BuildAsync()
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", "words.proj", "-t:CheckStrings", "-nologo", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["MSBUILDDISABLENODEREUSE"] = "1" },
        })!;
        var errors = build.StandardError.ReadToEndAsync();
        var text = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        return (build.ExitCode, text + await errors);
    }
}
