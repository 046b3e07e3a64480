using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tools.Planning;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Providers;

public sealed class BuiltinProviderTests
{
    private const string Readme = "# Ferry\n\nFerry carries files. It is small.\n\n## Install\n\nRun the installer. Then restart.\n";

    private readonly BuiltinProvider provider = new(new ProviderOptions { Name = "builtin", PaceMilliseconds = 0 }, TimeProvider.System);

    [Fact]
    public async Task Summary_ReadsTheFileWithARealCallAndTellsWhatStandsInIt()
    {
        var talk = await TalkAsync("Summarise README.md");

        var call = Assert.Single(talk.Calls);
        Assert.Equal(("read_file", "README.md"), (call.Name, call.Arguments!["path"]));
        Assert.Equal("Reading README.md, then summarising it.", talk.Thoughts[0]);
        Assert.Contains("**README.md** has 7 lines, 15 words and 89 characters", talk.Answer, StringComparison.Ordinal);
        Assert.Contains("- Ferry\n- Install", talk.Answer, StringComparison.Ordinal);
        Assert.Contains("- Ferry carries files.\n- Run the installer.", talk.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sequence_TakesOneRoundAfterTheOtherAndTellsEachResultOnce()
    {
        var talk = await TalkAsync("list files, then calculate 2+3 and then count its words");

        Assert.Equal(["list_files", "calculate"], talk.Calls.Select(call => call.Name));
        Assert.Equal(3, talk.Answers.Count);
        Assert.Contains("a.md (1 KB)", talk.Answers[1], StringComparison.Ordinal);
        Assert.Equal("2+3 = 5\n\nWhich file do you mean? Name it, as in `read README.md`.", talk.Answers[2]);
    }

    [Fact]
    public async Task Parallel_CallsAllInOneRound()
    {
        var talk = await TalkAsync("in parallel: read README.md, read other.md and wait 2 seconds, then list files");

        Assert.Equal([3, 1, 0], talk.CallsPerRound);
        Assert.Equal(2L, talk.Calls[2].Arguments!["seconds"]);
        Assert.Equal(4, talk.Calls.Select(call => call.CallId).Distinct().Count());
    }

    [Fact]
    public async Task FollowUp_MeansTheFileOfTheTurnBefore()
    {
        List<ChatMessage> messages = [];
        await TalkAsync("read README.md", messages);

        var talk = await TalkAsync("and how many words?", messages);

        Assert.Equal(("count_text", "README.md"), (talk.Calls.Single().Name, talk.Calls.Single().Arguments!["path"]));
        Assert.Equal(2, messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).Distinct().Count());
        Assert.Contains("9 words", talk.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FailedTool_IsToldAsFailed()
    {
        var talk = await TalkAsync("read missing.md then calculate 1+1");

        Assert.Contains("Reading missing.md did not work: There is no file", talk.Answers[1], StringComparison.Ordinal);
        Assert.Equal("2 = 2", talk.Answers[2].Replace("1+1 = 2", "2 = 2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MissingTool_IsSaidHonestly()
    {
        var talk = await TalkAsync("run rm -rf x");

        Assert.Empty(talk.Calls);
        Assert.Equal("Running rm -rf x is not possible: I was not given the tool run_command.", talk.Answer);
    }

    [Fact]
    public async Task OtherArgumentNames_AreTakenFromTheSchema()
    {
        var tool = AIFunctionFactory.Create((string file_path) => Readme, "read_file");

        var talk = await TalkAsync("read README.md", tools: [tool]);

        Assert.Equal("README.md", talk.Calls.Single().Arguments!["file_path"]);
        Assert.Contains("Ferry carries files", talk.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchText_IsEscapedForTheToolsRegularExpression()
    {
        Assert.Equal(@"a\.b\(c\)", (await TalkAsync("search for a.b(c)")).Calls.Single().Arguments!["pattern"]);
    }

    [Fact]
    public async Task Question_TakesItsAnswersAlong()
    {
        var asked = new List<string>();
        var tool = AIFunctionFactory.Create((string question, string[]? options = null) => { asked.Add($"{question}|{string.Join(',', options ?? [])}"); return "red"; }, "ask_user");

        var talk = await TalkAsync("ask me which color (red, green or blue)? Ask me which file to read?", tools: [tool]);

        Assert.Equal(["which color?|red,green,blue", "which file to read?|"], asked);
        Assert.Equal("You answered: red", talk.Answers[1]);

        var plain = AIFunctionFactory.Create((string question) => "red", "ask_user");
        Assert.Equal("which color? (red, green, blue)", (await TalkAsync("ask me which color (red, green or blue)?", tools: [plain])).Calls.Single().Arguments!["question"]);
    }

    [Fact]
    public async Task PlanPageAndFileNames_BecomeCallsOfTheirTools()
    {
        using var folder = new Tools.ToolFolder();
        var plan = new PlanToolSource().Create(new("task_1", folder.Root)).Single().Function;
        var talk = await TalkAsync("plan: [x] look around, [>] write it down, check it", tools: [plan]);
        Assert.Equal("The plan:\n\n```\n[x] look around\n[>] write it down\n[ ] check it\n```", talk.Answer);

        var fetch = AIFunctionFactory.Create((string url) => $"{url} (text/plain)", "fetch_url");
        Assert.Contains("https://example.com/a", (await TalkAsync("fetch https://example.com/a", tools: [fetch])).Answer, StringComparison.Ordinal);

        var find = AIFunctionFactory.Create((string glob, string path = ".") => $"{path}/A.cs", "find_files");
        Assert.Contains("src/A.cs", (await TalkAsync("find files *.cs in src", tools: [find])).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SteeredMessage_IsDoneAfterWhatWasAskedBefore()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "list files then calculate 1+1")];
        await StepAsync(messages, Tools);
        messages.Add(new ChatMessage(ChatRole.User, "also read README.md"));

        var talk = await TalkAsync(null, messages);

        Assert.Equal(["calculate", "read_file"], talk.Calls.Select(call => call.Name));
    }

    [Fact]
    public async Task Stop_InTheMiddleOfTheWork_DropsTheRest()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "list files then calculate 1+1")];
        await StepAsync(messages, Tools);
        messages.Add(new ChatMessage(ChatRole.User, "stop"));

        var talk = await TalkAsync(null, messages);

        Assert.Empty(talk.Calls);
        Assert.EndsWith("Stopped.", talk.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("write me a sonnet")]
    [InlineData("help")]
    [InlineData("")]
    public async Task WhatItDoesNotUnderstand_IsAnsweredByWhatItIsAndCanDo(string message)
    {
        var talk = await TalkAsync(message);

        Assert.Contains("offline stand-in without a language model", talk.Answer, StringComparison.Ordinal);
        Assert.Contains("ANTHROPIC_API_KEY", talk.Answer, StringComparison.Ordinal);
        Assert.Contains("in parallel", talk.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_StreamOneByOneAndAreCounted()
    {
        var updates = await ReadAsync([new ChatMessage(ChatRole.User, "say 100 words")], []);

        Assert.Equal(100, updates.Count(update => update.Text.Length > 0));
        Assert.Equal(100, string.Concat(updates.Select(update => update.Text)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        var usage = Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>()).Details;
        Assert.Equal((4, (updates.Sum(update => update.Text.Length) + 3) / 4), (usage.InputTokenCount, usage.OutputTokenCount));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
    }

    [Fact]
    public async Task SameConversation_GetsTheSameAnswer()
    {
        List<ChatMessage> messages = [new(ChatRole.User, "in parallel: read a.md and read b.md, then say 30 words")];

        Assert.Equal(await OnceAsync(), await OnceAsync());

        async Task<string> OnceAsync() => string.Join('|', (await ReadAsync(messages, Tools)).SelectMany(update => update.Contents).Select(content => content switch
        {
            FunctionCallContent call => $"{call.CallId}:{call.Name}:{string.Join(',', call.Arguments!)}",
            _ => content.ToString(),
        }));
    }

    [Fact]
    public async Task Pace_WaitsBeforeEachPieceAndEndsAtACancel()
    {
        var time = new ManualTimeProvider();
        var paced = new BuiltinProvider(new ProviderOptions { Name = "builtin", PaceMilliseconds = 15 }, time);
        using var cancellation = new CancellationTokenSource();
        await using var updates = paced.StreamAsync("assistant", [new ChatMessage(ChatRole.User, "say 100000 words")], new ChatOptions(), new RecordingCallObserver(), cancellation.Token)
            .GetAsyncEnumerator();
        for (var piece = 0; piece < 3; piece++)
        {
            var next = updates.MoveNextAsync().AsTask();
            await time.WaitForTimersAsync();
            Assert.False(next.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(15));
            Assert.True(await next);
        }

        var last = updates.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
    }

    [Fact]
    public async Task Think_LetsTheTimePassInThoughts()
    {
        var time = new ManualTimeProvider();
        var reading = ReadAsync([new ChatMessage(ChatRole.User, "think for 3 seconds")], [], new BuiltinProvider(new ProviderOptions { Name = "builtin", PaceMilliseconds = 0 }, time));
        for (var second = 0; second < 3; second++)
        {
            await time.WaitForTimersAsync();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var updates = await reading;
        Assert.Equal(3, updates.SelectMany(update => update.Contents).OfType<TextReasoningContent>().Count());
    }

    private static IList<AITool> Tools { get; } =
    [
        AIFunctionFactory.Create((string path) => path == "missing.md" ? "Error: There is no file \"missing.md\"." : Readme, "read_file"),
        AIFunctionFactory.Create((string path = ".") => "a.md (1 KB)\nREADME.md (1 KB)", "list_files"),
        AIFunctionFactory.Create((string pattern, string path = ".") => "a.md:1: found", "search_files"),
        AIFunctionFactory.Create((string expression) => $"{expression} = {(expression == "1+1" ? 2 : 5)}", "calculate"),
        AIFunctionFactory.Create((double seconds) => $"Waited {seconds} s.", "wait"),
        AIFunctionFactory.Create((string path) => $"{path}: 3 lines, 9 words, 40 characters", "count_text"),
    ];

    private async Task<List<ChatResponseUpdate>> ReadAsync(IReadOnlyList<ChatMessage> messages, IList<AITool> tools, BuiltinProvider? by = null)
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in (by ?? provider).StreamAsync("assistant", messages, new ChatOptions { Tools = tools }, new RecordingCallObserver(), CancellationToken.None))
        {
            updates.Add(update);
        }

        return updates;
    }

    /// <summary>One model call with the tool calls that it asks for, as the agent loop does it.</summary>
    private async Task<ChatMessage> StepAsync(List<ChatMessage> messages, IList<AITool> tools)
    {
        var answer = (await ReadAsync(messages, tools)).ToChatResponse().Messages.Single();
        messages.Add(answer);
        List<AIContent> results = [];
        foreach (var call in answer.Contents.OfType<FunctionCallContent>())
        {
            var tool = tools.OfType<AIFunction>().Single(one => one.Name == call.Name);
            results.Add(new FunctionResultContent(call.CallId, (await tool.InvokeAsync(new AIFunctionArguments(call.Arguments)))?.ToString()));
        }

        if (results.Count > 0) messages.Add(new ChatMessage(ChatRole.Tool, results));
        return answer;
    }

    private async Task<Talk> TalkAsync(string? message, List<ChatMessage>? messages = null, IList<AITool>? tools = null)
    {
        messages ??= [];
        if (message is not null) messages.Add(new ChatMessage(ChatRole.User, message));
        var talk = new Talk();
        ChatMessage answer;
        do
        {
            answer = await StepAsync(messages, tools ?? Tools);
            talk.Answers.Add(answer.Text);
            talk.Thoughts.AddRange(answer.Contents.OfType<TextReasoningContent>().Select(thought => thought.Text));
            talk.CallsPerRound.Add(answer.Contents.OfType<FunctionCallContent>().Count());
            talk.Calls.AddRange(answer.Contents.OfType<FunctionCallContent>());
        }
        while (talk.CallsPerRound[^1] > 0 && talk.Answers.Count < 10);
        return talk;
    }

    private sealed class Talk
    {
        public List<string> Answers { get; } = [];

        public List<string> Thoughts { get; } = [];

        public List<FunctionCallContent> Calls { get; } = [];

        public List<int> CallsPerRound { get; } = [];

        public string Answer => Answers[^1];
    }
}
