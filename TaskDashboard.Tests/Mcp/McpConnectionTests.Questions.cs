using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Mcp.Connections;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Mcp;

/// <summary>What a server asks people in the middle of a call.</summary>
public sealed partial class McpConnectionTests
{
    [Theory]
    [InlineData("""{"colour":"red"}""", """accept {"colour":"red"}""")]
    [InlineData("decline", "decline nothing")]
    [InlineData("whatever", "cancel nothing")]
    [InlineData(null, "cancel nothing")]
    public async Task Elicitation_IsAskedInTheNameOfItsCall(string? answer, string result)
    {
        questions.Answer = answer;
        var session = await New().UseAsync(Patience, CancellationToken.None);

        var text = await AskWithinAsync(session, "call_1");

        Assert.Equal(result, text);
        var (question, callId) = Assert.Single(questions.Asked);
        Assert.Equal(("fake: Which colour?", "call_1"), (question.Prompt, callId));
        Assert.Equal("string", question.Form!.Value.GetProperty("properties").GetProperty("colour").GetProperty("type").GetString());
        Assert.Contains("decline", question.Options);
    }

    [Fact]
    public void Question_BelongsToTheCallThatItNames_ElseToTheNewest()
    {
        var calls = new McpCalls();
        Assert.Null(calls.Find(null));
        using var first = NewCall();
        using var second = NewCall();
        calls.Add("call-1", first);
        Assert.Same(first, calls.Find(null));
        calls.Add("call-2", second);

        Assert.Same(first, calls.Find(new() { ["progressToken"] = "call-1" }));
        Assert.Same(second, calls.Find(new() { ["progressToken"] = "unknown" }));
        Assert.Same(second, calls.Find(null));
        calls.Remove(second);
        Assert.Same(first, calls.Find(null));

        McpCall NewCall() => new(Patience, time, new ServerSecrets(new McpServerDefinition { Name = "fake" }), CancellationToken.None);
    }

    [Fact]
    public async Task Question_OfACallThatHasEnded_IsClosed()
    {
        questions.Hold = new TaskCompletionSource();
        server.Add(async (ModelContextProtocol.Server.McpServer asking, CancellationToken _) =>
        {
            var asked = asking.ElicitAsync(new() { Message = "Still there?", RequestedSchema = new() }, CancellationToken.None).AsTask();
            await Eventually.TrueAsync(() => questions.Asked.Count == 1);
            return asked.IsCompleted ? "answered" : "did not wait";
        }, "ask_and_go");
        var session = await New().UseAsync(Patience, CancellationToken.None);
        Lineage.Enter(new Lineage("task_1", "run_1", "agent_1", "call_1"));

        Assert.Equal("did not wait", McpResultText.Of(await session.CallAsync("ask_and_go", new Dictionary<string, object?>(), CancellationToken.None)));

        await Eventually.TrueAsync(() => questions.Closed == 1);
    }

    [Fact]
    public async Task Elicitation_HoldsTheTimeoutOfItsCall()
    {
        var gate = questions.Hold = new TaskCompletionSource();
        questions.Answer = """{"colour":"red"}""";
        var session = await New(definition => definition with { TimeoutS = 5 }).UseAsync(Patience, CancellationToken.None);
        var asking = AskWithinAsync(session, "call_1");
        await Eventually.TrueAsync(() => questions.Asked.Count == 1);

        time.Advance(TimeSpan.FromMinutes(3));
        gate.SetResult();

        Assert.Equal("""accept {"colour":"red"}""", await asking);
    }

    [Fact]
    public async Task Elicitation_WhereNobodyCanAsk_IsDeclined()
    {
        nobodyAsks = true;
        var session = await New().UseAsync(Patience, CancellationToken.None);

        Assert.Equal("decline nothing", await AskWithinAsync(session, "call_1"));
    }

    private static async Task<string> AskWithinAsync(ServerSession session, string callId)
    {
        Lineage.Enter(new Lineage("task_1", "run_1", "agent_1", callId));
        return McpResultText.Of(await session.CallAsync("ask", new Dictionary<string, object?>(), CancellationToken.None));
    }

    private sealed class ScriptedQuestions : IQuestions
    {
        public string? Answer { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public int Closed { get; private set; }

        public List<(Question Question, string? CallId)> Asked { get; } = [];

        public async Task<TaskRequest> AskAsync(Question question, CancellationToken cancellationToken)
        {
            Asked.Add((question, Lineage.Current?.CallId));
            try
            {
                if (Hold is { } hold) await hold.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Closed++;
                throw;
            }

            return new TaskRequest { RequestId = "request_1", TaskId = "task_1", Prompt = question.Prompt, Answer = Answer };
        }
    }
}
