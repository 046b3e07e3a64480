using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Skills;

namespace TaskDashboard.Tests.Skills;

public sealed class SkillCatalogTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("taskdashboard-skills-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Find_ReadsNameAndDescription_OfConfiguredDirectoriesAndTheWorkDir()
    {
        Write("shared/review/SKILL.md", "---\nname: review\ndescription: >\n  How we\n  review code.\nlicense: MIT\n---\n# Review\n");
        Write("work/.claude/skills/deploy/SKILL.md", "\uFEFF---\r\nname: deploy\r\ndescription: \"How to: deploy\"\r\n---\r\nGo.");

        var found = Catalog("shared").Find(In("work"));

        Assert.Equal(
            [new Skill("deploy", "How to: deploy", In("work/.claude/skills/deploy"), SkillOrigin.WorkDir), new Skill("review", "How we review code.", In("shared/review"), SkillOrigin.Configured)],
            found.Skills);
        Assert.Empty(found.Problems);
    }

    [Theory]
    [InlineData("# No front matter", "no front matter")]
    [InlineData("---\nname: a\ndescription: b\n", "no front matter")]
    [InlineData("---\n---\n", "name is missing")]
    [InlineData("---\nname: a\n---\n", "description is missing")]
    [InlineData("---\nname: Big Name\ndescription: b\n---\n", "lower-case")]
    [InlineData("---\nname: ../up\ndescription: b\n---\n", "lower-case")]
    [InlineData("---\nname: [a\ndescription: b\n---\n", "not valid YAML")]
    [InlineData("---\n- a\n- b\n---\n", "name is missing")]
    public void SkillFile_ThatIsNone_IsListedWithTheReason(string text, string reason)
    {
        Write("shared/odd/SKILL.md", text);

        var found = Catalog("shared").Find();

        Assert.Empty(found.Skills);
        var problem = Assert.Single(found.Problems);
        Assert.Equal(In("shared/odd"), problem.Folder);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoOfOneName_TheConfiguredOneCounts_AndTheOtherIsSaid()
    {
        Write("shared/a/SKILL.md", "---\nname: same\ndescription: first\n---\n");
        Write("work/skills/b/SKILL.md", "---\nname: same\ndescription: second\n---\n");

        var found = Catalog("shared").Find(In("work"));

        Assert.Equal("first", Assert.Single(found.Skills).Description);
        Assert.Contains("already", Assert.Single(found.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_AreNotFollowed_AndHugeFilesAreNotRead()
    {
        if (OperatingSystem.IsWindows()) return;
        Write("outside/secret/SKILL.md", "---\nname: secret\ndescription: d\n---\n");
        Directory.CreateDirectory(In("work/skills"));
        Directory.CreateSymbolicLink(In("work/skills/link"), In("outside/secret"));
        Directory.CreateDirectory(In("work/skills/file"));
        File.CreateSymbolicLink(In("work/skills/file/SKILL.md"), In("outside/secret/SKILL.md"));
        Write("work/skills/huge/SKILL.md", new string('a', 300 * 1024));

        var found = Catalog("missing").Find(In("work"));

        Assert.Empty(found.Skills);
        Assert.Contains("larger than", Assert.Single(found.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void LinkAboveTheSkills_IsNotFollowed()
    {
        if (OperatingSystem.IsWindows()) return;
        Write("outside/skills/secret/SKILL.md", "---\nname: secret\ndescription: d\n---\n");
        Directory.CreateDirectory(In("work"));
        Directory.CreateSymbolicLink(In("work/.agents"), In("outside"));

        Assert.Empty(Catalog("missing").Find(In("work")).Skills);
    }

    [Fact]
    public async Task PipeInPlaceOfASkill_HoldsNobodyUp()
    {
        if (OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(In("work/skills/pipe"));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [In("work/skills/pipe/SKILL.md")])) await made.WaitForExitAsync();

        var found = await Task.Run(() => Catalog("missing").Find(In("work"))).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Contains("is no file but a pipe", Assert.Single(found.Problems).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FrontMatter_ThatRefersToItselfMoreOftenThanAnybodyCounts_IsReadAtOnce()
    {
        var levels = string.Concat(Enumerable.Range(1, 60).Select(level => $"  - &l{level} [*l{level - 1}, *l{level - 1}]\n"));
        Write("work/skills/laughs/SKILL.md", $"---\nname: laughs\ndescription: Funny.\nmore:\n  - &l0 [x]\n{levels}? *l60\n: y\n---\n");

        var found = await Task.Run(() => Catalog("missing").Find(In("work"))).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal("Funny.", Assert.Single(found.Skills).Description);
    }

    [Theory]
    [InlineData(15_000)]
    [InlineData(200_000)]
    public void FrontMatter_ThatIsNestedWithoutEnd_IsAProblemOfItsSkill_NotOfTheProgram(int depth)
    {
        Write("work/skills/deep/SKILL.md", $"---\nname: {new string('[', depth)}\n---\n");

        Assert.Single(Catalog("missing").Find(In("work")).Problems);
    }

    [Fact]
    public void SkillThatCannotBeRead_KeepsTheOthersFromNobody()
    {
        Write("shared/good/SKILL.md", "---\nname: good\ndescription: fine\n---\n");
        Write("shared/locked/SKILL.md", "---\nname: locked\ndescription: fine\n---\n");
        using var held = new FileStream(In("shared/locked/SKILL.md"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var found = Catalog("shared").Find();

        Assert.Equal("good", Assert.Single(found.Skills).Name);
        Assert.StartsWith("SKILL.md cannot be read", Assert.Single(found.Problems).Reason, StringComparison.Ordinal);
    }

    private SkillCatalog Catalog(string directory) =>
        new(Options.Create(new SkillOptions { Directories = [In(directory)] }), Options.Create(new DashboardOptions { DataDirectory = In("data") }));

    private string In(string path) => Path.Combine(root, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), text);
    }
}
