using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class TranscriptBlockTests
{
    private readonly TaskTranscript transcript = new();
    private readonly TaskLogBuilder log = new();

    private IReadOnlyList<TranscriptBlock> Blocks => TranscriptBlock.FoldAll(transcript.Items);

    private void Step(string id, StepOutcome outcome = StepOutcome.Success)
    {
        transcript.Apply(log.Called(id));
        transcript.Apply(log.Returned(id, outcome, ms: 4000));
    }

    [Fact]
    public void Fold_ThreeQuietSteps_BecomeOneLineWithTheirTime()
    {
        Step("a");
        Step("b");
        Assert.Equal(2, Blocks.Count);
        Step("c");
        var block = Assert.Single(Blocks);
        Assert.Equal((3, TimeSpan.FromSeconds(12), "fold:a"), (block.Count, block.Duration, block.Key));
    }

    [Fact]
    public void Fold_OfCopiedHistory_LeavesWhatIsCountedOnlyByItself_ForItMayBeAnything()
    {
        var gap = new GapItem(1, 900, 0, TimeSpan.Zero, isCopied: true);
        transcript.Add(gap);
        Assert.Equal(TranscriptFold.Copied, Assert.Single(TranscriptBlock.FoldAll(transcript.Items)).Fold);
        var block = Assert.Single(TranscriptBlock.FoldAll(transcript.Items, copiedApart: false));
        Assert.Equal((null, gap.Key), (block.Fold, block.Key));
    }

    [Fact]
    public void Fold_AFailureInBetween_StandsAlone()
    {
        foreach (var id in new[] { "a", "b", "c" }) Step(id);
        Step("bad", StepOutcome.Error);
        foreach (var id in new[] { "d", "e" }) Step(id);
        Assert.Equal(["fold:a", "bad", "d", "e"], Blocks.Select(block => block.Key));
    }

    [Fact]
    public void Fold_TheStepThatIsStillAtWork_StandsBehindTheFoldedOnes()
    {
        foreach (var id in new[] { "a", "b", "c" }) Step(id);
        transcript.Apply(log.Called("now"));
        Assert.Equal(["fold:a", "now"], Blocks.Select(block => block.Key));
    }

    [Fact]
    public void Fold_ThoughtsBetweenSteps_FoldWithThem_AndOneBehindThemDoesNot()
    {
        Step("a");
        transcript.Apply(log.Event(new ThoughtData("t1", "Hm") { DurationMs = 1000 }));
        Step("b");
        Step("c");
        transcript.Apply(log.Event(new ThoughtData("t2", "Now I know")));
        transcript.Apply(log.Said("m", "Answer"));
        Assert.Equal(["fold:a", "t2", "m"], Blocks.Select(block => block.Key));
        Assert.Equal((3, TimeSpan.FromSeconds(13)), (Blocks[0].Count, Blocks[0].Duration));
    }

    [Fact]
    public void Fold_KeepsEveryItemInItsOrder()
    {
        transcript.Apply(log.Said("u", "Do it", EntryRole.User));
        foreach (var id in new[] { "a", "b", "c", "d" }) Step(id);
        transcript.Apply(log.Said("m", "Done"));
        Assert.Equal(transcript.Items, Blocks.SelectMany(block => block.Items));
    }

    [Fact]
    public void Fold_ManyChildrenAndTheirReports_AreOneLineEach()
    {
        for (var child = 0; child < 6; child++) transcript.Apply(log.Event(new SubtaskData(AgentTaskStatus.Pending) { TaskId = $"task_{child}" }));
        for (var child = 0; child < 6; child++) transcript.Apply(log.Event(new MessageData($"n{child}", EntryRole.Subtask, "Done") { State = EntryState.Read, From = $"task_{child}" }));
        Assert.Equal([(TranscriptFold.Subtasks, 6), (TranscriptFold.News, 6)], Blocks.Select(block => (block.Fold!.Value, block.Count)));
    }
}
