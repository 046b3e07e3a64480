using System.Text.Json;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels.Transcript;

/// <summary>What comes, fails or goes while a reader is on their way.</summary>
public sealed partial class LongReadingTests
{
    [Fact]
    public async Task AJump_Arrives_ThoughSomethingIsWrittenWhileTheRowsAroundItAreCounted()
    {
        await using var chat = await OpenAsync(await SeedAsync(10_000));
        reading.Window.Follow(false);
        var (text, moments, full) = ("", 0, 0);
        reader.Before = (what, _, _) =>
        {
            if (what != nameof(reader.FindQuietStepsAsync)) return Task.CompletedTask;
            chat.Transcript.Apply(new DeltaFrame(chat.TaskId, "open", EntryRole.Assistant, text.Length, "more "));
            text += "more ";
            moments++;
            if (chat.Transcript.Ranges.Sum(chat.Transcript.SizeOf) > TranscriptLog.Most) full++;
            reading.Update(chat.Transcript);
            return Task.CompletedTask;
        };
        for (var seq = 9_000L; seq > 0; seq -= 450)
        {
            Assert.True(await reading.GoToEventAsync(seq), $"{seq}");
            Assert.True(reading.Range.Has(seq), $"{seq} is not in {reading.Range}");
            AssertBounded(chat);
        }

        Assert.True(moments > 5 && full > 0, $"{moments} moments, {full} with more in memory than stays");
    }

    [Fact]
    public async Task WhereThereIsNothingToBeRead_TheReaderStaysWhereTheyAre_AndWhatComesLiveMovesNothing()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        Assert.True(await reading.GoToEventAsync(500));
        var (range, first) = (reading.Range, First.Key);
        var gate = new TaskCompletionSource();
        reader.Before = (_, _, _) => gate.Task;
        var going = reading.GoToEventAsync(2000);
        await SayAsync(chat, "new", "Something new");
        Assert.Equal((range, first), (reading.Range, First.Key));

        var told = 0;
        chat.ReadFailed += () => told++;
        gate.SetException(new IOException("The disk is gone."));
        Assert.False(await going);
        Assert.Equal((1, true), (told, reading.Log!.HasFailed));
        await SayAsync(chat, "newer", "Something newer");
        Assert.Equal((range, first), (reading.Range, First.Key));

        reader.Before = (_, _, _) => Task.CompletedTask;
        Assert.True(await reading.GoToEventAsync(2000));
        Assert.True(reading.Range.Has(2000));
        AssertBounded(chat);
    }

    [Fact]
    public async Task WhatIsReadWhileSomethingComes_IsNotNew()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        reading.Window.Follow(false);
        while (reading.Window.First >= TranscriptWindow.Step) await reading.ShowEarlierAsync(0);
        var (before, reached, gate) = (reading.Total, new TaskCompletionSource(), new TaskCompletionSource());
        chat.Log!.HasRead = () =>
        {
            reached.TrySetResult();
            return gate.Task;
        };
        var going = reading.ShowEarlierAsync(0);
        await reached.Task.WaitAsync(Engine.Bound);
        await SayAsync(chat, "new", "Something new");
        Assert.Equal(before + 1, reading.Total);
        gate.SetResult();
        await going;
        Assert.Equal(before + 1, reading.Total);
    }

    [Fact]
    public async Task WhatCannotBeRead_IsTold_MovesNobody_AndCanBeAskedForAgain()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        Assert.True(await reading.GoToEventAsync(2000));
        await reading.FindAsync("file");
        var (range, first, hits, told) = (reading.Range, First.Key, reading.Search.Count, 0);
        chat.ReadFailed += () => told++;
        reader.Before = (_, _, _) => throw new IOException("The disk is gone.");

        Assert.False(await reading.GoToEventAsync(500));
        Assert.False(await reading.ShowAroundAsync("m:elsewhere"));
        Assert.False(await reading.CountFailuresAsync());
        Assert.False(await reading.FindAsync(TranscriptSeeder.FirstWord));
        Assert.Null(await reading.Log!.FindEventAsync(1));
        Assert.Equal((5, true), (told, reading.Log.HasFailed));
        for (var turn = 0; told == 5 && turn < 100; turn++) await reading.ShowEarlierAsync(0);
        Assert.Equal((6, range, hits), (told, reading.Range, reading.Search.Count));
        Assert.True(reading.Has(first));

        reader.Before = (_, _, _) => Task.CompletedTask;
        Assert.True(await reading.CountFailuresAsync());
        Assert.True(await reading.FindAsync(TranscriptSeeder.FirstWord));
        Assert.Equal((6, false, 1), (told, reading.Log.HasFailed, reading.Search.Count));
        Assert.True(await reading.GoToEventAsync(500));
    }

    [Fact]
    public async Task AHitThatCameLive_StaysOne_WhenItsPartIsLetGoOf_AndIsGoneTo()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        await reading.FindAsync("xylophone");
        await SayAsync(chat, "new", "A xylophone, said");
        Assert.Equal(1, reading.Search.Count);
        for (var batch = 0; batch < 20; batch++)
        {
            var from = batch;
            await TellAsync(chat, [.. Enumerable.Range(0, 90).Select(number => new LogEntry(new MessageData($"m{from}-{number}", EntryRole.Assistant, "Something else")))]);
        }

        Assert.True(await reading.GoToEventAsync(500));
        reading.Update(chat.Transcript);
        Assert.Null(chat.Transcript.Find("new"));
        Assert.Equal(1, reading.Search.Count);
        await reading.StepHitAsync(1);
        Assert.Equal("new", reading.Arrive()?.Key);
        Assert.Equal(1, reading.Search.Count);
    }

    [Fact]
    public async Task WhatACallAnswers_ThatWasAtWorkWhenTheSearchBegan_IsFound()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        await TellAsync(chat, new LogEntry(new ToolUseData("late", "read_file", JsonSerializer.SerializeToElement(new { path = "a.txt" }), "Read a.txt")));
        await reading.FindAsync("xylophone");
        Assert.Equal(0, reading.Search.Count);

        await TellAsync(chat, new LogEntry(new ToolResultData("late", StepOutcome.Success, "A xylophone", 2)));
        Assert.Equal(1, reading.Search.Count);
        await reading.StepHitAsync(1);
        Assert.Equal("late", reading.Arrive()?.Key);
    }

    [Fact]
    public async Task AnotherTaskThatGrowsLong_IsNotKeptWhole_UnlessSomebodyHasOpenedIt()
    {
        await using var chat = await OpenAsync(await SeedAsync(700));
        var group = await AddGroupAsync(chat, await SeedAsync(10));
        reading.Opened.Choose(group.Key, true, isFolded: false);
        await GrowAsync(group, 0);
        Assert.True(group.Transcript.SizeOf(group.Transcript.Tail) > 2000);

        reading.Opened.Choose(group.Key, false, isFolded: false);
        await GrowAsync(group, 1);
        Assert.InRange(group.Transcript.Ranges.Sum(group.Transcript.SizeOf), 1, TranscriptLog.Most + TranscriptLog.Part);
        Assert.NotNull(group.LastLine);

        async Task GrowAsync(TaskGroupItem grown, int round)
        {
            for (var batch = 0; batch < 24; batch++)
            {
                var from = batch;
                var entries = Enumerable.Range(0, 90).Select(number => new LogEntry(new MessageData($"m{round}-{from}-{number}", EntryRole.Assistant, "Something"))).ToList();
                await bare.Store.Log.ChangeAsync(grown.TaskId, _ => new TaskChange { Log = entries });
                foreach (var told in await bare.Store.Reader.ListEventsAsync(grown.TaskId, grown.Transcript.LastSeq, 100)) grown.Transcript.Apply(new EventFrame(told));
                reading.Update(chat.Transcript);
            }
        }
    }
}
