using Bunit;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Runs;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.Components;

/// <summary>A long transcript on the page: how much of it is drawn, how often, and the ways through it.</summary>
public class TranscriptViewTests : ChatContext
{
    [Fact]
    public async Task WhatIsFinished_IsNotDrawnAgain_WhileALaterMessageStreams()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 4)), Log.Said("u", "Do it", EntryRole.User, EntryState.Read), Log.Called("bad"), Log.Returned("bad", StepOutcome.Error), Log.Said("done", "It is **done**."));
        Feed.Send(Log.Delta("m", 0, "One"));
        await Until(() => page.FindAll("[data-kind=agent]").Count == 2);
        var finished = page.FindComponents<TranscriptItemView>().Where(view => view.Instance.Item.Key != "m").ToList();
        var streaming = page.FindComponents<TranscriptItemView>().Single(view => view.Instance.Item.Key == "m");
        Assert.Equal(["u", "bad", "done"], finished.Select(view => view.Instance.Item.Key));
        var before = finished.Select(view => view.RenderCount).ToList();
        var drawn = streaming.RenderCount;

        var text = "One";
        for (var piece = 0; piece < 5; piece++)
        {
            Feed.Send(Log.Delta("m", text.Length, $" and {piece}"));
            text += $" and {piece}";
            await UntilSaid(page, "[data-key=m] .markdown", text);
        }

        Assert.Equal(before, finished.Select(view => view.RenderCount));
        Assert.InRange(streaming.RenderCount, drawn + 5, int.MaxValue);
    }

    [Fact]
    public async Task ALongTranscript_IsDrawnInAStretch_ThatMovesWithItsReader()
    {
        var page = await OpenLongAsync(400);
        var view = page.FindComponent<TranscriptView>();
        Assert.Equal(TranscriptWindow.Size, Entries(page).Count);
        Assert.Equal("m399", Entries(page)[^1]);
        Assert.Equal("400", page.Find("[data-transcript]").GetAttribute("data-total"));
        Assert.Empty(page.FindAll("[data-edge=later]"));

        await page.InvokeAsync(() => view.Instance.Follow(false));
        for (var step = 0; step < 4; step++) await page.InvokeAsync(() => view.Instance.ShowEarlier(TranscriptWindow.Step));
        Assert.InRange(Entries(page).Count, TranscriptWindow.Size, TranscriptWindow.Comfortable);
        Assert.Single(page.FindAll("[data-edge=later]"));
        Assert.False(page.Find("[data-transcript]").HasAttribute("data-at-end"));

        await page.InvokeAsync(() => view.Instance.ShowStart());
        Assert.Equal("m0", Entries(page)[0]);
        Assert.Empty(page.FindAll("[data-edge=earlier]"));
        await page.Find("[data-edge=later]").ClickAsync(new());
        Assert.Equal("m74", Entries(page)[^1]);
        await page.InvokeAsync(() => view.Instance.ShowEnd());
        Assert.Equal("m399", Entries(page)[^1]);
    }

    [Fact]
    public async Task WhatTheReaderHasOpened_IsOpenStill_WhenItComesBackOnThePage()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 302)), Log.Called("call"), Log.Returned("call"));
        for (var index = 0; index < 300; index++) Feed.Send(Log.Said($"m{index}", "Text"));
        await Until(() => Entries(page).Count > 0);
        var view = page.FindComponent<TranscriptView>().Instance;
        await page.InvokeAsync(view.ShowStart);
        await page.Find("[data-call-id=call] summary").ClickAsync(new());
        Assert.True(page.Find("[data-call-id=call]").HasAttribute("open"));
        await page.InvokeAsync(view.ShowEnd);
        Assert.Empty(page.FindAll("[data-call-id=call]"));
        await page.InvokeAsync(view.ShowStart);
        Assert.True(page.Find("[data-call-id=call]").HasAttribute("open"));
    }

    [Fact]
    public async Task ALinkToAnEntry_OpensThere_AndEachEntryHasOne()
    {
        var page = await OpenLongAsync(400, "20");
        Assert.Contains("m19", Entries(page));
        Assert.DoesNotContain("m399", Entries(page));
        Assert.Equal("chat?taskId=task_000001&event=20", page.Find("[data-key=m19] [data-copy-link]").GetAttribute("data-copy-link"));
        await Until(() => JSInterop.Invocations.Any(call => call.Identifier == "arrive" && Equals(call.Arguments[1], "m19")));
        Assert.Empty(page.FindAll("[data-testid=no-event]"));
    }

    [Theory]
    [InlineData("401")]
    [InlineData("0")]
    [InlineData("lamp")]
    public async Task ALinkToNoEntry_IsSaid_AndShowsTheEnd(string number)
    {
        var page = await OpenLongAsync(400, number);
        await Until(() => page.FindAll("[data-testid=no-event]").Count == 1);
        Assert.Contains(number, page.Find("[data-testid=no-event]").TextContent, StringComparison.Ordinal);
        Assert.Contains("from 1 to 400", page.Find("[data-testid=no-event]").TextContent, StringComparison.Ordinal);
        Assert.Equal("m399", Entries(page)[^1]);
        await page.Find("[data-testid=no-event] button").ClickAsync(new());
        Assert.Empty(page.FindAll("[data-testid=no-event]"));
    }

    [Fact]
    public async Task TheHeader_CountsFailures_AndLeadsFromOneToTheNext()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 204)), Log.Called("bad1"), Log.Returned("bad1", StepOutcome.Error));
        for (var index = 0; index < 200; index++) Feed.Send(Log.Said($"m{index}", "Text"));
        Feed.Send(Log.Called("bad2"), Log.Returned("bad2", StepOutcome.Error));
        await Until(() => page.FindAll("[data-testid=failures]").Count == 1);
        Assert.Equal("2", page.Find(".failure-count").TextContent.Trim());
        Assert.Empty(page.FindAll("[data-call-id=bad1]"));

        await page.Find("[data-action=next-failure]").ClickAsync(new());
        Assert.True(page.Find("[data-call-id=bad1]").HasAttribute("open"));
        Assert.Equal("1/2", page.Find(".failure-count").TextContent.Trim());
        await page.InvokeAsync(() => page.FindComponent<TranscriptView>().Instance.Failure(1, "bad1"));
        Assert.True(page.Find("[data-call-id=bad2]").HasAttribute("open"));
        Assert.Equal("2/2", page.Find(".failure-count").TextContent.Trim());
    }

    [Fact]
    public async Task TheSearch_ShowsWhatItFinds_WhereverItStands()
    {
        var page = Open();
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: 306)));
        for (var index = 0; index < 3; index++) Feed.Send(Log.Called($"c{index}"), Log.Returned($"c{index}", content: index == 1 ? "a heliotrope" : "hello"));
        for (var index = 0; index < 300; index++) Feed.Send(Log.Said($"m{index}", "Text"));
        await Until(() => Entries(page).Count > 0);
        var bar = page.FindComponent<TranscriptSearchBar>().Instance;

        await page.InvokeAsync(() => bar.Find("Heliotrope"));
        Assert.Equal("1 of 1", page.Find("[data-testid=find-count]").TextContent);
        Assert.True(page.Find("[data-kind=steps]").HasAttribute("open"));
        Assert.True(page.Find("[data-call-id=c1]").HasAttribute("open"));
        Assert.False(page.Find("[data-call-id=c0]").HasAttribute("open"));

        await page.InvokeAsync(() => bar.Find("zebra"));
        Assert.Equal("Not found", page.Find("[data-testid=find-count]").TextContent);
        await page.InvokeAsync(() => bar.Find(""));
        Assert.Equal("", page.Find("[data-testid=find-count]").TextContent);
    }

    private async Task<IRenderedComponent<TaskChat>> OpenLongAsync(int messages, string? number = null)
    {
        var page = Render<TaskChat>(chat => chat.Add(view => view.TaskId, "task_000001").Add(view => view.Event, number));
        Feed.Send(TaskLogBuilder.Snapshot(ATask.With(lastSeq: messages)));
        for (var index = 0; index < messages; index++) Feed.Send(Log.Said($"m{index}", "Text"));
        await Until(() => Entries(page).Count > 0);
        return page;
    }

    private static List<string> Entries(IRenderedComponent<TaskChat> page) => [.. page.FindAll("[data-kind=agent]").Select(found => found.GetAttribute("data-key")!)];
}
