using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public partial class TaskTranscriptTests
{
    private readonly TaskTranscript transcript = new();
    private readonly TaskLogBuilder log = new();

    private string Text => string.Join(" | ", transcript.Items.Select(item => item switch
    {
        MessageItem message => $"{message.Role}:{message.Text}",
        ThoughtItem thought => $"thought:{thought.Text}",
        ToolCallItem call => $"tool:{call.Title}",
        EndingItem ending => $"end:{ending.Outcome}",
        RunMarkItem mark => $"run:{mark.Cause}",
        ErrorItem error => $"error:{error.Text}",
        _ => item.GetType().Name,
    }));

    private void Apply(params StreamFrame[] frames)
    {
        foreach (var frame in frames) transcript.Apply(frame);
    }

    private void Begin(long lastSeq = 0, AgentTaskStatus status = AgentTaskStatus.Running, OpenMessage? partial = null) =>
        Apply(TaskLogBuilder.Snapshot(ATask.With(status: status, lastSeq: lastSeq), partial));

    [Fact]
    public void Delta_StreamsIntoOneMessage_WhichTheFinalOneReplaces()
    {
        Begin();
        Apply(log.Delta("m", 0, "Hel"), log.Delta("m", 3, "lo wrld"));
        Assert.Equal("Assistant:Hello wrld", Text);
        Assert.True(((MessageItem)transcript.Items[0]).Body.IsOpen);

        Apply(log.Said("m", "Hello world"));
        Assert.Equal("Assistant:Hello world", Text);
        Assert.False(((MessageItem)transcript.Items[0]).Body.IsOpen);
    }

    [Fact]
    public void Delta_ThatIsLate_DoesNotReopenAFinishedMessage()
    {
        Begin();
        Apply(log.Said("m", "Hello"), log.Delta("m", 0, "Hello and more"));
        Assert.Equal("Assistant:Hello", Text);
    }

    [Fact]
    public void Event_SentTwice_CountsOnce()
    {
        Begin();
        var said = log.Said("m", "Hello");
        var usage = log.Event(new UsageData(10, 5, 0, null));
        Apply(said, usage, said, usage);
        Assert.Equal("Assistant:Hello", Text);
        Assert.Equal(15, transcript.Task!.Usage.Input + transcript.Task.Usage.Output);
    }

    [Fact]
    public void Join_InTheMiddleOfAMessage_ShowsTheTextSoFarAndGoesOn()
    {
        var user = log.Said("u", "Do it", EntryRole.User, EntryState.Read);
        Begin(lastSeq: 1, partial: new OpenMessage("m", EntryRole.Assistant, "Half of "));
        Apply(user, log.Delta("m", 8, "it"));
        Assert.Equal("User:Do it | Assistant:Half of it", Text);
    }

    [Fact]
    public void Join_WithTheTextSoFarInSnapshotAndDelta_SaysItOnce()
    {
        Begin(partial: new OpenMessage("m", EntryRole.Assistant, "So far"));
        Apply(log.Delta("m", 0, "So far"), log.Delta("m", 6, ", so good"));
        Assert.Equal("Assistant:So far, so good", Text);
    }

    [Fact]
    public void IsCaughtUp_OnlyWhenEverythingThatTheSnapshotKnewHasCome()
    {
        Begin(lastSeq: 2);
        Assert.False(transcript.IsCaughtUp);
        Apply(log.Said("u", "a", EntryRole.User), log.Said("m", "b"));
        Assert.True(transcript.IsCaughtUp);
    }

    [Fact]
    public void Resync_OfASlowViewer_KeepsTheLogAndTakesTheNewPartial()
    {
        Begin();
        Apply(log.Said("u", "Do it", EntryRole.User, EntryState.Read), log.Delta("m1", 0, "Lost in the m"));
        Apply(new ResyncFrame("task_000001"), TaskLogBuilder.Snapshot(ATask.With(lastSeq: 2), new OpenMessage("m2", EntryRole.Assistant, "Next")));
        Apply(log.Said("m1", "Lost in the middle"));
        Assert.Equal("User:Do it | Assistant:Lost in the middle | Assistant:Next", Text);
    }

    [Fact]
    public void Resync_BecauseTheCursorWasAhead_StartsOver()
    {
        Begin();
        Apply(log.Said("old", "From another life"));
        var restarted = new TaskLogBuilder();
        Apply(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 1), resync: true), restarted.Said("m", "Hello"));
        Assert.Equal("Assistant:Hello", Text);
        Assert.Equal(1, transcript.LastSeq);
    }

    [Fact]
    public void CutText_IsKeptAndSaidToBeCut()
    {
        Begin();
        Apply(log.Delta("m", 0, "I was about to"), log.Event(new MessageData("m", EntryRole.Assistant, "I was about to") { Partial = true }));
        Assert.True(((MessageItem)Assert.Single(transcript.Items)).IsPartial);
    }

    [Fact]
    public void LiveAndReplayed_LookTheSame()
    {
        StreamFrame[] durable =
        [
            log.RunBegan(),
            log.Said("u", "Do it", EntryRole.User, EntryState.Stored),
            log.Said("u", "Do it", EntryRole.User, EntryState.Read),
            log.Called("c1"),
            log.Returned("c1"),
            log.Said("u2", "More", EntryRole.User, EntryState.Stored),
            log.Said("m", "First"),
            log.Said("u2", "More", EntryRole.User, EntryState.Read),
            log.Said("m2", "Second"),
            log.RunEnded(),
            log.Status(AgentTaskStatus.Completed, AgentTaskStatus.Running),
        ];
        Begin();
        Apply([.. durable[..5], log.Delta("m", 0, "Fir"), .. durable[5..7], log.Delta("m2", 0, "Sec"), .. durable[7..]]);
        var live = Text;

        var replayed = new TaskTranscriptTests();
        replayed.Apply([TaskLogBuilder.Snapshot(ATask.With(status: AgentTaskStatus.Completed, lastSeq: log.LastSeq)), .. durable]);
        Assert.Equal(live, replayed.Text);
        Assert.Equal("User:Do it | tool:Read a.txt | Assistant:First | User:More | Assistant:Second | end:Completed", live);
    }

    [Fact]
    public void ReplayedStatus_DoesNotTurnTheHeaderBack()
    {
        var running = log.Status(AgentTaskStatus.Running, AgentTaskStatus.Pending);
        Begin(lastSeq: 5, status: AgentTaskStatus.Completed);
        Apply(running);
        Assert.Equal(AgentTaskStatus.Completed, transcript.Task!.Status);
    }

    [Fact]
    public void NewStatus_MovesTheHeader_WithReasonStartAndEnd()
    {
        Begin(status: AgentTaskStatus.Pending);
        Apply(log.Status(AgentTaskStatus.Running, AgentTaskStatus.Pending, ReasonCodes.Model, "The model is answering."));
        Assert.Equal("The model is answering.", transcript.Task!.ReasonText);
        Assert.Equal(ATask.Noon.AddSeconds(1), transcript.Task.StartedAt);
        Apply(log.Status(AgentTaskStatus.Failed, AgentTaskStatus.Running, ReasonCodes.Provider, "The provider is away."));
        Assert.Equal(1000, transcript.Task.DurationMs);
    }

    [Fact]
    public void End_ToldByRunAndStatus_IsOneBannerWithDurationAndTokens()
    {
        Begin();
        Apply(
            log.RunBegan(),
            log.Event(new UsageData(100, 20, 0, null)),
            log.RunEnded(RunOutcome.Failed, "The provider is away."),
            log.Status(AgentTaskStatus.Failed, AgentTaskStatus.Running, ReasonCodes.Provider, "The provider is away."));
        var ending = Assert.IsType<EndingItem>(Assert.Single(transcript.Items));
        Assert.Equal((RunOutcome.Failed, ReasonCodes.Provider, "The provider is away."), (ending.Outcome, ending.Reason, ending.Text));
        Assert.Equal(120, ending.Usage.Input + ending.Usage.Output);
        Assert.Equal(TimeSpan.FromSeconds(3), ending.Duration);
    }

    [Fact]
    public void End_OfATaskThatNeverRan_IsABannerToo_BehindItsMessage()
    {
        log.RunId = null;
        Begin(status: AgentTaskStatus.Pending);
        Apply(log.Said("u", "Do it", EntryRole.User, EntryState.Stored), log.Status(AgentTaskStatus.Cancelled, AgentTaskStatus.Pending, null, "Cancelled by you."));
        Assert.Equal("User:Do it | end:Cancelled", Text);
    }

    [Fact]
    public void End_WithTheSameCauseAsTheErrorAboveIt_SaysItOnce()
    {
        Begin();
        Apply(log.RunBegan(), log.Event(new ErrorData("provider_unavailable", "Away.", true)), log.RunEnded(RunOutcome.Failed, "Away."));
        Assert.Equal("end:Failed", Text);
    }

    [Fact]
    public void Continue_AfterTheEnd_KeepsTheOldEndAndGoesOnBehindIt()
    {
        Begin();
        Apply(log.RunBegan(), log.Said("m", "One"), log.RunEnded(), log.Status(AgentTaskStatus.Completed, AgentTaskStatus.Running));
        Apply(log.Said("u", "Again", EntryRole.User, EntryState.Stored), log.Status(AgentTaskStatus.Pending, AgentTaskStatus.Completed));
        Apply(log.RunBegan("run_2", 2, RunCause.Message), log.Said("u", "Again", EntryRole.User, EntryState.Read), log.Said("m2", "Two"));
        Assert.Equal("Assistant:One | end:Completed | User:Again | Assistant:Two", Text);
        Assert.Null(transcript.Task!.EndedAt);
    }

    [Fact]
    public void ToolCall_TakesItsResult_AndOnlyItsOwn()
    {
        Begin();
        Apply(log.Called("c1", "Read a"), log.Called("c2", "Read b"), log.Returned("c2", StepOutcome.Error, "There is no b."));
        var (first, second) = ((ToolCallItem)transcript.Items[0], (ToolCallItem)transcript.Items[1]);
        Assert.Null(first.Outcome);
        Assert.Equal((StepOutcome.Error, "There is no b."), (second.Outcome, second.Content));
        Assert.Contains("\"path\": \"a.txt\"", first.Arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void OnlyTheItemThatStreams_GetsANewVersion()
    {
        Begin();
        Apply(log.Said("u", "Do it", EntryRole.User, EntryState.Read), log.Delta("m", 0, "a"));
        var (still, streaming, structure) = (transcript.Items[0].Version, transcript.Items[1].Version, transcript.StructureVersion);
        Apply(log.Delta("m", 1, "b"));
        Assert.Equal(still, transcript.Items[0].Version);
        Assert.True(transcript.Items[1].Version > streaming);
        Assert.Equal(structure, transcript.StructureVersion);
    }

    [Fact]
    public void Thought_StreamsAndThenTellsHowLongItTook()
    {
        Begin();
        Apply(log.Delta("t", 0, "Hm", EntryRole.Thought), log.Event(new ThoughtData("t", "Hmm.") { DurationMs = 8000 }));
        var thought = Assert.IsType<ThoughtItem>(Assert.Single(transcript.Items));
        Assert.Equal(("Hmm.", TimeSpan.FromSeconds(8)), (thought.Text, thought.Duration));
    }

    [Fact]
    public void Deleted_IsKnown()
    {
        Begin();
        Apply(log.Event(new DeletedData()));
        Assert.True(transcript.IsDeleted);
    }

    [Fact]
    public void TenThousandEvents_AreTakenInWithinASecond()
    {
        Begin(lastSeq: 10_000);
        var frames = Enumerable.Range(0, 5000).SelectMany(index => new StreamFrame[] { log.Called($"c{index}"), log.Returned($"c{index}") }).ToArray();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Apply(frames);
        Assert.Single(TranscriptBlock.FoldAll(transcript.Items));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"{clock.Elapsed}");
    }
}
