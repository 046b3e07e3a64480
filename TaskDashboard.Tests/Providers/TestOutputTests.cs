using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Providers;

/// <summary>What is read out of folders and of the output of test programs.</summary>
public sealed class TestOutputTests
{
    [Theory]
    [InlineData("src/a.txt:3: expected \"A b\" but found \"B c\"", "src/a.txt", 3, "A b", "B c")]
    [InlineData("src/a.ts:3:14 - Expected 5, got 6", "src/a.ts", 3, "5", "6")]
    [InlineData("./calc.py:12: expected: 5, actual: 6.", "./calc.py", 12, "5", "6")]
    [InlineData("FAIL lib/a.go:7\n    expected: red\n    actual: blue", "lib/a.go", 7, "red", "blue")]
    [InlineData("org.junit.ComparisonFailure: expected:<[A]> but was:<[B]>\n  at Main.java:4", "Main.java", 4, "[A]", "[B]")]
    [InlineData("Expected: \"a, b\"\n  but was: \"c\"\n  at /home/me/Calc.cs:line 9", "/home/me/Calc.cs", 9, "a, b", "c")]
    [InlineData("Assert.Equal() Failure\n          ↓ (pos 0)\nExpected: 1\nActual:   2\n   at X in /home/me/src/Calc.cs:line 3", "/home/me/src/Calc.cs", 3, "1", "2")]
    [InlineData("File \"calc.py\", line 5\n  expected 'x' but got 'y'", "calc.py", 5, "x", "y")]
    [InlineData("src/A.cs(8,3): expected `x` instead found `y`", "src/A.cs", 8, "x", "y")]
    [InlineData("tests/calc_test.py:3\nsrc/calc.py:8\nexpected 1 but was 2", "src/calc.py", 8, "1", "2")]
    [InlineData("expected \"\" but found \"x\" at a.txt:1", "", 0, "", "")]
    [InlineData("a.txt:1: unexpected end of file", "", 0, "", "")]
    [InlineData("expected 1 but found 2", "", 0, "", "")]
    [InlineData("http://127.0.0.1:5080 expected 1 but found 2", "", 0, "", "")]
    public void Failure_IsReadFromTheOutput(string output, string path, int line, string expected, string found)
    {
        var failure = TestFailure.Find($"Exit code 1.\n{output}\n");
        if (line == 0) Assert.Null(failure);
        else Assert.Equal(new TestFailure(path, line, expected, found), failure);
    }

    [Theory]
    [InlineData("test.sh", true)]
    [InlineData("demo/test.sh", true)]
    [InlineData("tests/a.py", true)]
    [InlineData("src/test_a.py", true)]
    [InlineData("a_test.go", true)]
    [InlineData("CalcTests.cs", true)]
    [InlineData("a.spec.ts", true)]
    [InlineData("src/latest.txt", false)]
    [InlineData("test-demo/a.txt", false)]
    [InlineData("src/Contest.cs", false)]
    public void TestFile_IsKnownByItsName(string path, bool isTest) => Assert.Equal(isTest, new TestFailure(path, 1, "a", "b").IsInTest);

    [Theory]
    [InlineData("README.md (1 KB)\ntest.sh (200 bytes)\npackage.json (1 KB)", "sh test.sh")]
    [InlineData("Makefile (1 KB)\nsrc/", "make test")]
    [InlineData("package.json (1 KB)", "npm test")]
    [InlineData("App (v2).csproj (1 KB)\nProgram.cs (1 KB)", "dotnet test")]
    [InlineData("App.sln (1 KB)", "dotnet test")]
    [InlineData("pyproject.toml (1 KB)", "python3 -m pytest")]
    [InlineData("calc.py (1 KB)\ntest_calc.py (1 KB)", "python3 -m unittest")]
    [InlineData("tests/\nmain.py (1 KB)", "python3 -m unittest")]
    [InlineData("latest.sh (1 KB)\ntest.sh/", null)]
    public void Command_FollowsFromWhatIsInTheFolder(string listing, string? command) => Assert.Equal(command, TestCommand.Find(listing)?.Command);

    [Theory]
    [InlineData("", "make test")]
    [InlineData(".", "make test")]
    [InlineData("a/b-c.d", "cd a/b-c.d && make test")]
    [InlineData("my project", "cd 'my project' && make test")]
    [InlineData("it's; rm -rf $HOME", @"cd 'it'\''s; rm -rf $HOME' && make test")]
    [InlineData("-x", "cd ./-x && make test")]
    [InlineData("grün", "cd 'grün' && make test")]
    public void Folder_IsQuotedForTheShell_AndFoundAgain(string folder, string command)
    {
        Assert.Equal(command, TestCommand.In(folder, "make test"));
        Assert.True(TestCommand.IsOne(command));
        Assert.Equal(folder switch { "." => "", "-x" => "./-x", _ => folder }, TestCommand.FolderOf(command));
    }

    [Fact]
    public void Repair_ReplacesWholeWordsOnly_AndTakesLinesAroundWhereItHasTo()
    {
        var failure = new TestFailure("a.txt", 2, "5", "1");
        Assert.Equal(new LineRepair("x = 10 + 1", "x = 10 + 5", null), LineRepair.Of(failure, "a.txt", "a\nx = 10 + 1\nb"));
        Assert.Equal(new LineRepair("a\n1\nb", "a\n5\nb", null), LineRepair.Of(failure, "a.txt", "a\n1\nb\n1\nc"));
        Assert.Contains("occurs 2 times in line 2", LineRepair.Of(failure, "a.txt", "a\n1 + 1").Problem, StringComparison.Ordinal);
        Assert.Contains("does not occur", LineRepair.Of(failure, "a.txt", "a\n10").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void HugeOutput_IsReadInTime()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        TestFailure.Find(string.Concat(Enumerable.Repeat("expected a b c d e but then a.b a.b.c ./././ x\n", 1_500)));
        TestFailure.Find(string.Concat(Enumerable.Repeat("expected " + new string('a', 2_000) + "\n", 32)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }
}
