using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Providers;

public sealed class InstructionParserTests
{
    [Theory]
    [InlineData("list files", "ListFiles()")]
    [InlineData("List the files here", "ListFiles()")]
    [InlineData("Which files are here?", "ListFiles()")]
    [InlineData("List the files in docs.", "ListFiles(@docs)")]
    [InlineData("what files are there in src/app?", "ListFiles(@src/app)")]
    [InlineData("please read README.md", "ReadFile(@README.md)")]
    [InlineData("Can you show me the file docs/a.md?", "ReadFile(@docs/a.md)")]
    [InlineData("read \"my notes.txt\"", "ReadFile(@my notes.txt)")]
    [InlineData("search for TODO", "Search(TODO)")]
    [InlineData("search for \"a and then b\" in src", "Search(a and then b@src)")]
    [InlineData("write hello world to notes.txt", "Write(hello world@notes.txt)")]
    [InlineData("write notes.txt: Hello there!", "Write(Hello there!@notes.txt)")]
    [InlineData("create the file a/b.txt with the content one, two and three", "Write(one, two and three@a/b.txt)")]
    [InlineData("replace \"old one\" with \"new, and then newer\" in a.txt", "Edit(old one>new, and then newer@a.txt)")]
    [InlineData("edit a.txt: replace 'x' with ''", "Edit(x>@a.txt)")]
    [InlineData("count words in README.md", "Count(words@README.md)")]
    [InlineData("How many lines are there in a.md?", "Count(lines@a.md)")]
    [InlineData("and how many words?", "Count(words)")]
    [InlineData("calculate (2 + 3) * 7.5", "Calculate((2 + 3) * 7.5)")]
    [InlineData("what is 6 * 7?", "Calculate(6 * 7)")]
    [InlineData("wait 2 seconds", "Wait(=2)")]
    [InlineData("wait for 1.5s", "Wait(=1.5)")]
    [InlineData("sleep 250 ms", "Wait(=0.25)")]
    [InlineData("run `git status -s`", "Run(git status -s)")]
    [InlineData("ask me which file to read?", "Ask(which file to read?)")]
    [InlineData("ask me which color (red, green or blue)?", "Ask(which color?[red|green|blue])")]
    [InlineData("ask me whether to go on: now, read it first, never", "Ask(whether to go on[now|read it first|never])")]
    [InlineData("ask me which file (it is late)", "Ask(which file (it is late))")]
    [InlineData("plan: read a.md, write it down; check it", "Plan([read a.md|write it down])|Unknown(check it)")]
    [InlineData("make a plan: look, [>] list files, and calculate 1+1", "Plan([look|[>] list files|calculate 1+1])")]
    [InlineData("fetch https://example.com/a?b=1,2#c", "Fetch(@https://example.com/a?b=1,2#c)")]
    [InlineData("read https://example.com.", "Fetch(@https://example.com)")]
    [InlineData("find files *.cs", "FindFiles(*.cs)")]
    [InlineData("find all files named README.md in docs", "FindFiles(README.md@docs)")]
    [InlineData("find src/**/*.cs", "FindFiles(src/**/*.cs)")]
    [InlineData("find TODO in src", "Search(TODO@src)")]
    [InlineData("run the tests in demo", "RunTests(@demo)")]
    [InlineData("run all tests", "RunTests()")]
    [InlineData("please run the test suite in the folder \"my app\"", "RunTests(@my app)")]
    [InlineData("run the tests again", "RunTestsAgain()")]
    [InlineData("rerun the tests", "RunTestsAgain()")]
    [InlineData("run test.sh", "Run(test.sh)")]
    [InlineData("fix the failing line", "FixLine()")]
    [InlineData("summarize README.md", "Summarise(@README.md)")]
    [InlineData("summarise it", "Summarise()")]
    [InlineData("say 500 words", "SayWords(=500)")]
    [InlineData("stream 20 random words", "SayWords(=20)")]
    [InlineData("think for 3 seconds", "Think(=3)")]
    [InlineData("repeat Hello, world! It is late.", "Echo(Hello, world!)|Unknown(It is late.)")]
    [InlineData("echo \"Hello. It is late.\"", "Echo(Hello. It is late.)")]
    [InlineData("help", "Help()")]
    [InlineData("write me a poem about the sea", "Unknown(write me a poem about the sea)")]
    [InlineData("hello", "Unknown(hello)")]
    [InlineData("列出 docs 中的文件，然后读取 README.md", "ListFiles(@docs)|ReadFile(@README.md)")]
    [InlineData("计算 2+3。等待 2 秒", "Calculate(2+3)|Wait(=2)")]
    [InlineData("总结 README.md 然后统计 a.md 的行数", "Summarise(@README.md)|Count(lines@a.md)")]
    [InlineData("把 你好 写入 a.txt", "Write(你好@a.txt)")]
    public void Clause_BecomesItsInstruction(string message, string expected) => Assert.Equal(expected, Show(message));

    [Theory]
    [InlineData("Read README.md and summarise it", "Summarise(@README.md)")]
    [InlineData("list files, then read README.md, then summarise it", "ListFiles()|Summarise(@README.md)")]
    [InlineData("list files, then read README.md and then count its words", "ListFiles()|ReadFile(@README.md)|Count(words)")]
    [InlineData("List files in docs. Read a.md. Count lines in it.", "ListFiles(@docs)|ReadFile(@a.md)|Count(lines)")]
    [InlineData("1. list files\n2. read a.md\n\n- calculate 1+1", "ListFiles()|ReadFile(@a.md)|Calculate(1+1)")]
    [InlineData("list files and read README.md", "ListFiles()|ReadFile(@README.md)")]
    [InlineData("read a.md, b.md and c/d.md", "ReadFile(@a.md)|ReadFile(@b.md)|ReadFile(@c/d.md)")]
    [InlineData("in parallel: read a.md and read b.md, then summarise c.md", "ReadFile(@a.md)&ReadFile(@b.md)|Summarise(@c.md)")]
    [InlineData("read a.md, b.md and list files in parallel", "ReadFile(@a.md)&ReadFile(@b.md)&ListFiles()")]
    [InlineData("wait 1 second, wait 2 seconds and calculate 2*3 at the same time; then list files", "Wait(=1)&Wait(=2)&Calculate(2*3)|ListFiles()")]
    [InlineData("run the tests in demo, then fix the failing line, and run the tests again", "RunTests(@demo)|FixLine()|RunTestsAgain()")]
    [InlineData("run the tests in demo and fix the failing line", "RunTests(@demo)|FixLine()")]
    [InlineData("list files, ask me which one (a.md, b.md)", "ListFiles()|Ask(which one[a.md|b.md])")]
    [InlineData("search for salt and pepper in menu.txt", "Search(salt and pepper@menu.txt)")]
    [InlineData("同时：读取 a.md 和 读取 b.md", "ReadFile(@a.md)&ReadFile(@b.md)")]
    public void Message_BecomesRounds(string message, string expected) => Assert.Equal(expected, Show(message));

    [Fact]
    public void Content_BelowTheLine_IsTakenWhole()
    {
        Assert.Equal("ListFiles()|Write(# Title\n\nread this and then that.\n@notes.md)", Show("list files, then write notes.md:\n```\n# Title\n\nread this and then that.\n```"));
    }

    [Fact]
    public void HugeMessage_IsReadInTime()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();

        InstructionParser.Parse(string.Concat(Enumerable.Repeat("read a, and b and c in d with e to f ", 20_000)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"took {clock.Elapsed}");
    }

    private static string Show(string message) => string.Join('|', InstructionParser.Parse(message).Select(round => string.Join('&', round.Instructions.Select(Show))));

    private static string Show(Instruction instruction) =>
        $"{instruction.Kind}({instruction.Subject}"
        + (instruction.Kind == InstructionKind.Edit ? $">{instruction.Replacement}" : "")
        + (instruction.Items.Count == 0 ? "" : $"[{string.Join('|', instruction.Items)}]")
        + (instruction.Path.Length == 0 ? "" : $"@{instruction.Path}")
        + (instruction.Amount == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"={instruction.Amount}")) + ")";
}
