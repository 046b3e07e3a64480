using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels.Transcript;

/// <summary>How a reader goes through a log of which only parts are in memory.</summary>
public sealed partial class LongReadingTests : IDisposable
{
    private readonly BareStore bare = new();
    private readonly WatchedTranscripts reader;
    private readonly TranscriptReading reading = new();

    public LongReadingTests() => reader = new WatchedTranscripts(new TranscriptReader(bare.Store));

    public void Dispose() => bare.Dispose();

    [Fact]
    public async Task WhoGoesUp_ComesToTheBeginningThroughEverything_AndBackToTheEnd()
    {
        await using var chat = await OpenAsync(await SeedAsync(10_000));
        var expected = (await ReadWholeAsync(chat.TaskId)).Items.Select(item => item.Key).ToList();
        reading.Window.Follow(false);
        var seen = new SortedDictionary<TranscriptPlace, string>();
        Note(seen);
        while (!reading.IsAtStart)
        {
            var before = First.Place;
            await reading.ShowEarlierAsync(TranscriptWindow.Most);
            Assert.True(First.Place.CompareTo(before) < 0, $"{First.Place} after {before}");
            Note(seen);
            AssertBounded(chat);
        }

        Assert.Equal(expected, seen.Values);
        seen.Clear();
        Note(seen);
        while (!reading.IsAtEnd)
        {
            var before = Last.Place;
            await reading.ShowLaterAsync(TranscriptWindow.Most);
            Assert.True(Last.Place.CompareTo(before) > 0, $"{Last.Place} after {before}");
            Note(seen);
            AssertBounded(chat);
        }

        Assert.Equal(expected, seen.Values);
    }

    [Fact]
    public async Task WhatComesLive_LeavesTheReaderOfAnEarlierPartWhereTheyAre()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        reading.Window.Follow(false);
        for (var step = 0; chat.Transcript.Ranges.Count == 1 && step < 100; step++) await reading.ShowEarlierAsync(TranscriptWindow.Most);
        Assert.False(reading.Range.IsEnd);
        var shown = reading.Blocks.Skip(reading.Window.First).Take(reading.Window.End - reading.Window.First).Select(block => block.Key).ToList();

        for (var number = 0; number < 3; number++) await SayAsync(chat, $"new{number}", "Something new");
        Assert.Equal(shown, reading.Blocks.Skip(reading.Window.First).Take(reading.Window.End - reading.Window.First).Select(block => block.Key));
    }

    [Fact]
    public async Task AHitThatCameLive_IsGoneTo_FromFarBack()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        Assert.True(await reading.GoToEventAsync(500));
        await reading.FindAsync("xylophone");
        Assert.Equal(0, reading.Search.Count);
        await SayAsync(chat, "new", "A xylophone, said");
        chat.Transcript.Apply(new DeltaFrame(chat.TaskId, "open", EntryRole.Assistant, 0, "A xylophone, being said"));
        reading.Update(chat.Transcript);
        Assert.Equal(2, reading.Search.Count);

        foreach (var key in new[] { "new", "open", "new" })
        {
            Assert.True(await reading.GoToEventAsync(500));
            Assert.False(reading.Range.IsEnd);
            reading.Arrive();
            await reading.StepHitAsync(1);
            Assert.Equal(key, reading.Arrive()?.Key);
            Assert.Contains(reading.Blocks, block => block.Items.Any(item => item.Key == key));
        }
    }

    [Fact]
    public async Task StepsThatAreCountedOnly_AreReadInTheLogThatTheyAreOf_AnotherTasksToo()
    {
        await using var chat = await OpenAsync(await SeedAsync(700));
        var group = await AddGroupAsync(chat, await SeedAsync(10));
        await bare.Store.Log.ChangeAsync(group.TaskId, _ => new TaskChange { Log = [.. Steps(1000)] });
        group.Transcript.Begin((await reader.ReadEndAsync(group.TaskId, 60, ReadingTools.Names))!);
        await group.Log!.CompleteAsync();
        var gap = Assert.Single(group.Transcript.Items.OfType<GapItem>());
        var (before, version) = (group.Transcript.Items.Count, group.Version);

        await reading.FillAsync(gap);
        Assert.InRange(group.Transcript.Items.Count, before + 100, before + 200);
        Assert.NotEqual(version, group.Version);
        Assert.Equal(1000, TranscriptBlock.FoldAll(group.Transcript.Items)[^1].Count);
    }

    [Fact]
    public async Task WhatWentWrongInCopiedHistory_IsCounted_AndGoneTo_ThoughItIsNotInMemory()
    {
        var id = await SeedAsync(10);
        await bare.Store.Log.ChangeAsync(id, _ => new TaskChange { Log = [.. Steps(1000, isCopied: true, step => step is 300 or 600 ? StepOutcome.Error : StepOutcome.Success)] });
        await using var chat = await OpenAsync(id);
        await reading.CountFailuresAsync();
        Assert.True(Assert.Single(chat.Transcript.Gaps).IsCopied);
        await SayAsync(chat, "new", "Something new");
        Assert.Equal(2, reading.FailureCount);

        await reading.StepFailureAsync(1, null);
        Assert.Equal((2, 1), (reading.FailureCount, reading.FailureNumber));
        Assert.Equal("c300", reading.Arrive()?.Key);
        await reading.StepFailureAsync(1, "c300");
        Assert.Equal((2, 2), (reading.FailureCount, reading.FailureNumber));
        Assert.Equal("c600", reading.Arrive()?.Key);
    }

    [Fact]
    public async Task WhoTypesOn_EndsTheSearchForTheShorterWords()
    {
        await using var chat = await OpenAsync(await SeedAsync(1000));
        var (searched, gate) = (new List<CancellationToken>(), new TaskCompletionSource());
        reader.Before = (what, _, token) =>
        {
            if (what != nameof(reader.SearchAsync)) return Task.CompletedTask;
            searched.Add(token);
            return searched.Count == 1 ? gate.Task.WaitAsync(token) : Task.CompletedTask;
        };
        var first = reading.FindAsync("helio");
        Assert.False(Assert.Single(searched).IsCancellationRequested);
        await reading.FindAsync(TranscriptSeeder.FirstWord);
        Assert.True(searched[0].IsCancellationRequested);
        await first;
        Assert.Equal((1, 1), (reading.Search.Count, reading.Search.Number));
        Assert.Contains(TranscriptSeeder.FirstWord, Assert.IsType<MessageItem>(reading.Arrive()).Text, StringComparison.Ordinal);

        gate = new TaskCompletionSource();
        searched.Clear();
        first = reading.FindAsync("file");
        await reading.FindAsync("");
        await first;
        Assert.True(Assert.Single(searched).IsCancellationRequested);
        Assert.False(reading.Search.IsOn);
    }

    [Fact]
    public async Task WhatIsNew_IsCountedByEntries_WhereverTheReaderIs()
    {
        await using var chat = await OpenAsync(await SeedAsync(4000));
        Assert.True(await reading.GoToEventAsync(500));
        var before = reading.Total;
        await SayAsync(chat, "new", "Something new");
        Assert.Equal(before + 1, reading.Total);

        // A row of steps is one entry, and their cost none.
        await TellAsync(chat, [.. Steps(10), new LogEntry(new UsageData(10, 2, 0, null)), new LogEntry(new ProgressData("On its way", null))]);
        Assert.Equal(before + 2, reading.Total);
        Assert.True(await reading.GoToEventAsync(1500));
        Assert.Equal(before + 2, reading.Total);
        reading.ShowEnd();
        Assert.Equal(before + 2, reading.Total);
        await SayAsync(chat, "newer", "Something newer");
        Assert.Equal(before + 3, reading.Total);
    }

    /// <summary>Another task in the chat, at the end of what is in memory.</summary>
    private async Task<TaskGroupItem> AddGroupAsync(ChatViewModel chat, string taskId)
    {
        var began = (await bare.Store.Reader.ListEventsAsync(taskId, 0, 1))[0];
        var group = chat.Transcript.AddGroup(taskId, began, chat.Transcript.LastSeq, 1);
        group.Transcript.Begin((await reader.ReadEndAsync(taskId, 60, ReadingTools.Names))!);
        group.Log = new TranscriptLog(taskId, group.Transcript, reader, CancellationToken.None);
        reading.Update(chat.Transcript);
        return group;
    }

    /// <summary>Quiet steps in a row.</summary>
    private static IEnumerable<LogEntry> Steps(int count, bool isCopied = false, Func<int, StepOutcome>? outcome = null)
    {
        for (var step = 0; step < count; step++)
        {
            yield return new LogEntry(new ToolUseData($"c{step}", "read_file", JsonSerializer.SerializeToElement(new { step }), "Read") { Copied = isCopied });
            yield return new LogEntry(new ToolResultData($"c{step}", outcome?.Invoke(step) ?? StepOutcome.Success, "x", 2) { Copied = isCopied });
        }
    }

    private TranscriptItem First => reading.Blocks[reading.Window.First].Items[0];

    private TranscriptItem Last => reading.Blocks[reading.Window.End - 1].Items[^1];

    /// <summary>Notes what is on the page.</summary>
    private void Note(SortedDictionary<TranscriptPlace, string> seen)
    {
        for (var index = reading.Window.First; index < reading.Window.End; index++)
        {
            foreach (var item in reading.Blocks[index].Items) seen[item.Place] = item.Key;
        }
    }

    private static void AssertBounded(ChatViewModel chat) =>
        Assert.InRange(chat.Transcript.Ranges.Sum(chat.Transcript.SizeOf), 1, TranscriptLog.Most + TranscriptLog.Part);

    private Task<string> SeedAsync(int events) => new TranscriptSeeder(bare.Store).AddAsync(events);

    /// <summary>Opens a task as its page does, at the end of its log.</summary>
    private async Task<ChatViewModel> OpenAsync(string taskId)
    {
        var chat = new ChatViewModel(taskId, new ChannelFeed(), bare.Store.Reader, TimeProvider.System, NullLogger<ChatViewModel>.Instance, action =>
        {
            action();
            return Task.CompletedTask;
        }, reader);
        chat.Transcript.Begin((await reader.ReadEndAsync(taskId, TranscriptLog.FirstPart, ReadingTools.Names))!);
        chat.Transcript.Apply(TaskLogBuilder.Snapshot((await bare.Store.Reader.FindAsync(taskId))!));
        await chat.Log!.CompleteAsync();
        reading.ReadFrom(chat);
        reading.Update(chat.Transcript);
        return chat;
    }

    /// <summary>Something is said in the task, and comes to its page.</summary>
    private Task SayAsync(ChatViewModel chat, string id, string text) => TellAsync(chat, new LogEntry(new MessageData(id, EntryRole.Assistant, text)));

    private async Task TellAsync(ChatViewModel chat, params LogEntry[] entries)
    {
        await bare.Store.Log.ChangeAsync(chat.TaskId, _ => new TaskChange { Log = entries });
        foreach (var told in await bare.Store.Reader.ListEventsAsync(chat.TaskId, chat.Transcript.LastSeq, 100)) chat.Transcript.Apply(new EventFrame(told));
        reading.Update(chat.Transcript);
    }

    private async Task<TaskTranscript> ReadWholeAsync(string taskId)
    {
        var task = (await bare.Store.Reader.FindAsync(taskId))!;
        var whole = new TaskTranscript();
        whole.Apply(TaskLogBuilder.Snapshot(task));
        while (whole.LastSeq < task.LastSeq)
        {
            foreach (var told in await bare.Store.Reader.ListEventsAsync(taskId, whole.LastSeq, 500)) whole.Apply(new EventFrame(told));
        }

        return whole;
    }
}
