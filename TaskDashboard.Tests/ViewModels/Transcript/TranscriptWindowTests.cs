using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class TranscriptWindowTests
{
    private readonly TaskTranscript transcript = new();
    private readonly TaskLogBuilder log = new();
    private readonly TranscriptWindow window = new();
    private int said;

    [Fact]
    public void ALongTranscript_ShowsItsEnd_AndNoMore()
    {
        Say(1000);
        Assert.Equal((1000 - TranscriptWindow.Size, 1000, true, false), (window.First, window.End, window.IsAtEnd, window.IsAtStart));
    }

    [Fact]
    public void AShortTranscript_IsShownWhole()
    {
        Say(3);
        Assert.Equal((0, 3, true, true), (window.First, window.End, window.IsAtEnd, window.IsAtStart));
    }

    [Fact]
    public void WhoFollowsTheEnd_HasABoundedStretch_HoweverMuchComes()
    {
        Say(10);
        for (var more = 0; more < 500; more++)
        {
            Say(1);
            Assert.True(window.IsAtEnd);
            Assert.InRange(window.End - window.First, 1, TranscriptWindow.Comfortable);
        }
    }

    [Fact]
    public void WhoReadsElsewhere_LosesNothingThatIsShown_AndIsNotGivenWithoutEnd()
    {
        Say(1000);
        window.Follow(false);
        var first = window.First;
        Say(500);
        Assert.Equal((first, first + TranscriptWindow.Most, 1500), (window.First, window.End, window.Total));
    }

    [Fact]
    public void Earlier_ComesAtTheTop_AndOnlyWhatIsOutOfSightGoesAtTheBottom()
    {
        Say(1000);
        window.Follow(false);
        window.ShowEarlier(0);
        Assert.Equal((925, 1000), (window.First, window.End));
        window.ShowEarlier(10);
        Assert.Equal((900, 990), (window.First, window.End));
        window.ShowEarlier(90);
        Assert.Equal((875, 875 + TranscriptWindow.Comfortable), (window.First, window.End));
    }

    [Fact]
    public void Later_ComesAtTheBottom_UpToTheEnd()
    {
        Say(120);
        window.ShowStart();
        window.ShowLater(0);
        Assert.Equal((0, 75), (window.First, window.End));
        window.ShowLater(20);
        Assert.Equal((20, 100), (window.First, window.End));
        window.ShowLater(100);
        Assert.Equal((45, 120), (window.First, window.End));
        Assert.True(window.IsAtEnd);
    }

    [Fact]
    public void ABrowserThatSaysAllIsInSight_IsNotGivenMoreThanMost()
    {
        Say(1000);
        for (var step = 0; step < 20; step++) window.ShowEarlier(0);
        Assert.Equal((450, 450 + TranscriptWindow.Most), (window.First, window.End));
    }

    [Fact]
    public void APlaceFarAway_IsShownWithWhatStandsAroundIt()
    {
        Say(1000);
        window.ShowAround(300);
        Assert.Equal((275, 325), (window.First, window.End));
        window.ShowAround(310);
        Assert.Equal(275, window.First);
        window.ShowAround(0);
        Assert.Equal((0, TranscriptWindow.Size), (window.First, window.End));
    }

    [Fact]
    public void WhatIsShown_StaysTheSame_WhileStepsAboveItFold()
    {
        foreach (var id in new[] { "a", "b", "c", "d" }) Step(id);
        transcript.Apply(log.Called("open"));
        Say(200);
        window.ShowAround(100);
        var shown = Keys();
        transcript.Apply(log.Returned("open"));
        Update();
        Assert.Equal(shown, Keys());
    }

    private string[] Keys()
    {
        var blocks = TranscriptBlock.FoldAll(transcript.Items);
        return [blocks[window.First].Key, blocks[window.End - 1].Key];
    }

    private void Say(int count)
    {
        for (var index = 0; index < count; index++) transcript.Apply(log.Said($"m{said++}", "Text"));
        Update();
    }

    private void Step(string id)
    {
        transcript.Apply(log.Called(id));
        transcript.Apply(log.Returned(id));
    }

    private void Update() => window.Update(TranscriptBlock.FoldAll(transcript.Items));
}
