using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class TranscriptReadingTests
{
    private readonly TaskTranscript transcript = new();
    private readonly TaskLogBuilder log = new();
    private readonly TranscriptReading reading = new();

    [Fact]
    public void AnEventFarFromTheEnd_IsShown_AndGoneTo()
    {
        Say(1000);
        Assert.True(reading.GoToEvent(100));
        Assert.Equal("m99", reading.Arrive()!.Key);
        Assert.InRange(99, reading.Window.First, reading.Window.End - 1);
        Assert.Null(reading.Arrive());
    }

    [Fact]
    public void TheResultOfACall_LeadsToTheCall_AndOpensIt()
    {
        Say(3);
        Step("call");
        Assert.True(reading.GoToEvent(5));
        Assert.Equal("call", reading.Arrive()!.Key);
        Assert.True(reading.Opened.Find("call"));
    }

    [Fact]
    public void AnEventThatShowsNothing_LeadsToTheEntryBeforeIt()
    {
        Say(2);
        Apply(log.Event(new UsageData(10, 2, 0, null)));
        Say(1);
        Assert.True(reading.GoToEvent(3));
        Assert.Equal("m1", reading.Arrive()!.Key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(long.MaxValue)]
    public void AnEventThatTheLogDoesNotHave_IsNoPlace(long seq)
    {
        Say(3);
        Assert.False(reading.GoToEvent(seq));
        Assert.Null(reading.Target);
    }

    [Fact]
    public void AStepInAFold_OpensTheFold()
    {
        foreach (var id in new[] { "a", "b", "c" }) Step(id);
        Assert.True(reading.GoToEvent(3));
        Assert.Equal("b", reading.Arrive()!.Key);
        Assert.True(reading.Opened.Find("fold:a"));
        Assert.True(reading.Opened.Find("b"));
    }

    [Fact]
    public void Failures_AreGoneThroughInOrder_FromWhatIsLookedAt_AndRound()
    {
        Say(2);
        Step("bad1", StepOutcome.Error);
        Say(200);
        Step("bad2", StepOutcome.Unknown);
        Apply(log.Event(new ErrorData("provider", "It broke.", true)));
        Say(2);

        Assert.Equal(["bad1", "bad2", "error:207"], reading.Failures.Select(item => item.Key));
        Assert.Equal("bad1", Go(1, null));
        Assert.Equal(1, reading.FailureNumber);
        Assert.Equal("bad2", Go(1, "m50"));
        Assert.Equal("error:207", Go(1, "bad2"));
        Assert.Equal("bad1", Go(1, "error:207"));
        Assert.Equal("error:207", Go(-1, "bad1"));
        Assert.Equal("bad2", Go(-1, "error:207"));
        Assert.True(reading.Opened.Find("bad2"));
        Assert.Equal("error:207", Go(-1, null));
    }

    [Fact]
    public void WithoutFailures_ThereIsNowhereToGo()
    {
        Say(3);
        Assert.Null(Go(1, null));
        Assert.Equal(0, reading.FailureNumber);
    }

    [Fact]
    public void AFold_IsAPlaceToSetOutFrom()
    {
        Step("bad1", StepOutcome.Error);
        foreach (var id in new[] { "a", "b", "c" }) Step(id);
        Step("bad2", StepOutcome.Error);
        Assert.Equal("bad1", Go(-1, "fold:a"));
        Assert.Equal("bad2", Go(1, "fold:a"));
    }

    [Theory]
    [InlineData("HELIOTROPE", "said")]
    [InlineData("Read the sundial", "call")]
    [InlineData("read_file", "call")]
    [InlineData("a.txt", "call")]
    [InlineData("gnomon", "call")]
    [InlineData("pondering", "thought")]
    public void TheSearch_LooksIntoEverything_FarFromThePageToo(string words, string found)
    {
        Apply(log.Said("said", "Its word is heliotrope."));
        Apply(log.Event(new ThoughtData("thought", "I am pondering.")));
        Apply(log.Called("call", "Read the sundial"));
        Apply(log.Returned("call", content: "It has a gnomon."));
        Say(500);
        reading.Find(words);
        Assert.Equal((1, 1, found), (reading.Search.Count, reading.Search.Number, reading.Arrive()!.Key));
        Assert.Equal(0, reading.Window.First);
    }

    [Fact]
    public void Hits_AreGoneThroughRound_FromWhatIsOnThePage()
    {
        Say(300, "needle");
        reading.Find("needle");
        Assert.Equal((300, 251), (reading.Search.Count, reading.Search.Number));
        reading.StepHit(-1);
        Assert.Equal(250, reading.Search.Number);
        for (var step = 0; step < 51; step++) reading.StepHit(1);
        Assert.Equal((1, "m0"), (reading.Search.Number, reading.Arrive()!.Key));
    }

    [Fact]
    public void WhatComesWhileWordsAreLookedFor_CountsToo_AndTheReaderStays()
    {
        Say(3, "needle");
        reading.Find("needle");
        Assert.Equal(1, reading.Search.Number);
        reading.Arrive();
        Say(2, "needle");
        Assert.Equal((5, 1), (reading.Search.Count, reading.Search.Number));
        Assert.Null(reading.Target);
    }

    [Fact]
    public void WhatTheStoreHasFound_CountsOnce_ThoughItIsNewerThanThePageKnew()
    {
        Say(3, "needle");
        var other = new TaskLogBuilder("task_one");
        var group = transcript.AddGroup("task_one", other.Said("o1", "A needle").Event, 3, 1);
        foreach (var id in new[] { "o2", "o3", "o4" }) group.Transcript.Apply(other.Said(id, "needle"));
        reading.Update(transcript);

        reading.Search.Begin("needle", transcript, default, [new FoundWords(null, null, 2, [1, 2, 3]), new FoundWords("task_one", group.Place, 1, [1, 2, 3])]);
        Assert.Equal(7, reading.Search.Count);
        Say(1, "needle");
        Assert.Equal(8, reading.Search.Count);
    }

    [Fact]
    public void WordsThatAreNowhere_LeadNowhere_AndNoWordsEndTheSearch()
    {
        Say(3);
        reading.Find("zebra");
        Assert.Equal((true, 0, 0), (reading.Search.IsOn, reading.Search.Count, reading.Search.Number));
        reading.StepHit(1);
        Assert.Null(reading.Arrive());
        reading.Find("  ");
        Assert.False(reading.Search.IsOn);
    }

    [Fact]
    public void AStepThatTheReaderHasOpened_IsNotFoldedAway()
    {
        Step("a");
        Step("b");
        reading.Opened.Choose("b", true, isFolded: false);
        foreach (var id in new[] { "c", "d", "e" }) Step(id);
        Assert.Equal(["a", "b", "fold:c"], reading.Blocks.Select(block => block.Key));
    }

    [Fact]
    public void AStepThatTheReaderOpenedInAFold_StaysInIt()
    {
        foreach (var id in new[] { "a", "b", "c" }) Step(id);
        reading.Opened.Choose("b", true, isFolded: true);
        Step("d");
        Assert.Equal(["fold:a"], reading.Blocks.Select(block => block.Key));
        Assert.True(reading.Opened.Find("b"));
    }

    private string? Go(int direction, string? from)
    {
        reading.StepFailure(direction, from);
        return reading.Arrive()?.Key;
    }

    private void Say(int count, string text = "Text")
    {
        for (var index = 0; index < count; index++) transcript.Apply(log.Said($"m{transcript.Items.Count(item => item is MessageItem)}", text, EntryRole.Assistant));
        reading.Update(transcript);
    }

    private void Step(string id, StepOutcome outcome = StepOutcome.Success) => Apply(log.Called(id), log.Returned(id, outcome));

    private void Apply(params StreamFrame[] frames)
    {
        foreach (var frame in frames) transcript.Apply(frame);
        reading.Update(transcript);
    }
}
