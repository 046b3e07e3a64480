using System.Text.Json;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels.Transcript;

/// <summary>A long log of which only parts are in memory: what they show is what the whole log shows in those places.</summary>
public sealed class TranscriptLogTests : IDisposable
{
    private readonly BareStore bare = new();
    private readonly TranscriptReader reader;

    public TranscriptLogTests() => reader = new TranscriptReader(bare.Store);

    public void Dispose() => bare.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task WhateverIsReadAndLetGoOf_ShowsWhatTheWholeLogShowsThere(int seed)
    {
        var task = await new MixedLog(bare, seed).AddAsync(4000);
        var whole = await ReadWholeAsync(task);
        var (transcript, log) = await OpenAsync(task);
        AssertShowsTheSame(whole, transcript, $"seed {seed}: opened");

        var chance = new Random(seed);
        var here = transcript.Tail;
        for (var turn = 0; turn < 40; turn++)
        {
            var seq = chance.NextInt64(1, task.LastSeq + 1);
            var what = chance.Next(4);
            if (what == 0) Assert.True(await log.ReachAsync(seq));
            if (what == 1) await log.ReadEarlierAsync(here);
            if (what == 2) await log.ReadLaterAsync(here);
            if (what == 3 && transcript.Items.OfType<GapItem>().FirstOrDefault() is { } gap) await log.FillAsync(gap);
            here = (what == 0 ? transcript.RangeOf(seq) : transcript.RangeOf(here.IsEnd ? task.LastSeq : here.From)) ?? transcript.Tail;
            AssertShowsTheSame(whole, transcript, $"seed {seed}, turn {turn}: {what} at {seq}");

            var seen = transcript.ItemsIn(here).Where(item => item.Place.Band == TranscriptBand.Logged).ToList();
            var at = seen[chance.Next(seen.Count)].Place.Order;
            log.Trim(here, at, at, new OpenedParts());
            here = transcript.RangeOf(at) ?? transcript.Tail;
            AssertShowsTheSame(whole, transcript, $"seed {seed}, turn {turn}: trimmed around {at}");
            Assert.InRange(transcript.Ranges.Sum(transcript.SizeOf), 1, TranscriptLog.Most + TranscriptLog.Part);
        }
    }

    [Fact]
    public async Task WhatWentWrong_AndWhatHasTheWords_IsFoundInTheStore_AsInTheWholeTranscript()
    {
        for (var seed = 10; seed < 13; seed++)
        {
            var task = await new MixedLog(bare, seed).AddAsync(1500);
            var whole = await ReadWholeAsync(task);
            var reading = new TranscriptReading();
            reading.Update(whole);
            Assert.Equal(reading.Failures.Select(item => item.Place.Order), await reader.ListFailuresAsync(task.Id));
            foreach (var words in new[] { "said 1", "NÄME", "ünlike", "100%", "\"quoted\"", "It broke", "\"limit\": 1", "path", "this ONE", "waits", "zebra", "_" })
            {
                reading.Find(words);
                var expected = whole.Items.Where(item => reading.Search.Has(item)).Select(item => item.Place.Order).ToList();
                Assert.True(expected.SequenceEqual(await reader.SearchAsync(task.Id, words)), $"seed {seed}, {words}");
            }
        }
    }

    [Fact]
    public async Task ALongRowOfSteps_IsOneLineWithItsNumberAndTime_WithoutBeingRead()
    {
        var id = await new TranscriptSeeder(bare.Store).AddAsync(10);
        var log = new List<LogEntry>();
        for (var step = 0; step < 3000; step++)
        {
            log.Add(new LogEntry(new ToolUseData($"c{step}", "read_file", JsonSerializer.SerializeToElement(new { step }), "Read")));
            log.Add(new LogEntry(new ToolResultData($"c{step}", Core.Runs.StepOutcome.Success, "x", 2)));
        }

        await bare.Store.Log.ChangeAsync(id, _ => new TaskChange { Log = log });
        var task = (await bare.Store.Reader.FindAsync(id))!;
        var all = await ReadWholeAsync(task);
        var whole = TranscriptBlock.FoldAll(all.Items)[^1];
        var (transcript, parts) = await OpenAsync(task);
        var row = TranscriptBlock.FoldAll(transcript.Items)[^1];
        Assert.Equal((whole.Key, whole.Count, whole.Duration), (row.Key, row.Count, row.Duration));
        Assert.InRange(transcript.Items.Count, 1, TranscriptLog.Most);

        // Into the middle of it, and all of it once.
        Assert.True(await parts.ReachAsync(3000));
        Assert.Equal(all.FindEvent(3000)!.Key, transcript.FindEvent(3000)!.Key);
        while (transcript.Items.OfType<GapItem>().LastOrDefault() is { } gap) await parts.FillAsync(gap);
        row = TranscriptBlock.FoldAll(transcript.Items)[^1];
        Assert.Equal((whole.Key, whole.Count, whole.Duration, whole.Items.Count), (row.Key, row.Count, row.Duration, row.Items.Count));

        // And left again.
        parts.Trim(transcript.Tail, task.LastSeq, task.LastSeq, new OpenedParts());
        row = TranscriptBlock.FoldAll(transcript.Items)[^1];
        Assert.Equal((whole.Key, whole.Count, whole.Duration), (row.Key, row.Count, row.Duration));
        Assert.InRange(transcript.Items.Count, 1, TranscriptLog.Most);
    }

    [Fact]
    public async Task WhatComesLive_IsBehindTheEnd_AndWhatIsElsewhereIsNotTouchedByIt()
    {
        var id = await new TranscriptSeeder(bare.Store).AddAsync(3000);
        var task = (await bare.Store.Reader.FindAsync(id))!;
        var (transcript, log) = await OpenAsync(task);
        var reading = new TranscriptReading();
        reading.Update(transcript);
        Assert.False(transcript.IsWhole);
        Assert.True(await log.ReachAsync(500));
        var before = transcript.ItemsIn(transcript.RangeOf(500)!.Value).Count;

        await bare.Store.Log.ChangeAsync(id, _ => new TaskChange { Log = [new LogEntry(new MessageData("new", Core.Chats.EntryRole.Assistant, "New"))] });
        foreach (var told in await bare.Store.Reader.ListEventsAsync(id, task.LastSeq, 10)) transcript.Apply(new EventFrame(told));
        Assert.Equal("new", transcript.Items[^1].Key);
        Assert.Equal(before, transcript.ItemsIn(transcript.RangeOf(500)!.Value).Count);
        Assert.Equal(2, transcript.Ranges.Count);
    }

    private async Task<(TaskTranscript Transcript, TranscriptLog Log)> OpenAsync(AgentTask task)
    {
        var transcript = new TaskTranscript();
        transcript.Begin((await reader.ReadEndAsync(task.Id, TranscriptLog.FirstPart, ReadingTools.Names))!);
        transcript.Apply(TaskLogBuilder.Snapshot(task));
        var log = new TranscriptLog(task.Id, transcript, reader, CancellationToken.None);
        await log.CompleteAsync();
        return (transcript, log);
    }

    private async Task<TaskTranscript> ReadWholeAsync(AgentTask task)
    {
        var whole = new TaskTranscript();
        whole.Apply(TaskLogBuilder.Snapshot(task));
        while (whole.LastSeq < task.LastSeq)
        {
            foreach (var told in await bare.Store.Reader.ListEventsAsync(task.Id, whole.LastSeq, 500)) whole.Apply(new EventFrame(told));
        }

        return whole;
    }

    private static void AssertShowsTheSame(TaskTranscript whole, TaskTranscript parts, string when)
    {
        foreach (var range in parts.Ranges)
        {
            var items = parts.ItemsIn(range);
            var gaps = items.OfType<GapItem>().ToList();
            var expected = whole.Items.Where(item => range.Has(item.Place.Order) && !gaps.Exists(gap => item.Place.Order >= gap.From && item.Place.Order <= gap.To)).Select(Picture);
            var shown = items.Where(item => item is not GapItem).Select(Picture);
            Assert.True(expected.SequenceEqual(shown), $"{when}, {range}:\n{string.Join("\n", expected.Except(shown).Take(5))}\nbut\n{string.Join("\n", shown.Except(expected).Take(5))}");

            // Folds have the right words at the edges too.
            var blocks = TranscriptBlock.FoldAll(items).Select(Words).ToList();
            var all = TranscriptBlock.FoldAll(whole.Items).Select(Words).ToHashSet();
            Assert.True(blocks.TrueForAll(all.Contains), $"{when}, {range}: {blocks.Find(block => !all.Contains(block))}");
        }
    }

    private static string Words(TranscriptBlock block) => block.Fold == TranscriptFold.Steps ? $"{block.Key} {block.Count} {block.Duration}" : block.Items[0].Key;

    private static string Picture(TranscriptItem item) => $"{item.Key} {item.Place} {(item is EndingItem ? default : item.At):O} " + item switch
    {
        MessageItem message => $"{message.Text} {message.State} {message.Step} {message.FromTaskId} {message.ToldEnd}",
        ThoughtItem thought => $"{thought.Text} {thought.Duration}",
        ToolCallItem call => $"{call.Title} {call.Outcome} {call.Content} {call.Duration} {call.Seq} {call.WaitsForPerson}",
        ErrorItem error => error.Text,
        RequestItem asked => $"{asked.Request.Prompt} {asked.Request.Answer} {asked.Request.By} {asked.IsOpen}",
        SubtaskItem subtask => $"{subtask.TaskId} {subtask.Status}",
        EndingItem ending => $"{ending.Outcome} {ending.Text} {ending.Reason}",
        _ => "",
    };
}
