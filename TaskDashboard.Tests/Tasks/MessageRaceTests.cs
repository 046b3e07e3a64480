using System.Diagnostics;
using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Tasks;

/// <summary>Many people speak to one task, and change what they said, while its run reads.</summary>
public sealed class MessageRaceTests
{
    private const int Count = 100;

    private int tooLate;

    [Theory]
    [InlineData(MessageMode.Queue)]
    [InlineData(MessageMode.Steer)]
    [InlineData(MessageMode.Interrupt)]
    public async Task Sends_InParallel_AreReadOnceEach_ByOneRunAtATime(MessageMode mode)
    {
        await using var engine = await Engine.StartAsync();
        var task = await engine.CreateAsync("Begin");
        await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

        // In waves, so that some begin a run, some come while it begins, and some while it ends.
        var receipts = new List<string>();
        for (var wave = 0; wave < 10; wave++)
        {
            receipts.AddRange(await Task.WhenAll(Enumerable.Range(wave * 10, 10).Select(number => Task.Run(() => SendAsync(engine, task.Id, $"Message {number}.", mode)))));
        }

        receipts.AddRange(await Task.WhenAll(Enumerable.Range(Count, Count).Select(number => Task.Run(() => SendAsync(engine, task.Id, $"Message {number}.", mode)))));
        await engine.WaitForAsync(task.Id, row => row.Status == AgentTaskStatus.Completed && row.Inbox.Count == 0);

        Assert.Equal(2 * Count, receipts.Distinct().Count());
        var events = await engine.Reader.ListEventsAsync(task.Id, 0, 5000);
        AssertOneRunAtATime(events);
        var read = events.Select(@event => @event.Data).OfType<MessageData>().Where(message => message.State == EntryState.Read).Select(message => message.MessageId).ToList();
        Assert.Equal(receipts.Order(), read.Order());
        Assert.Equal(Enumerable.Range(0, 2 * Count).Select(number => $"Message {number}.").Order(), SaidToTheModel(engine).Order());
    }

    [Fact]
    public async Task Edits_InParallelWithARunThatReads_LoseNothing_AndNothingIsReadInWordsThatWereReplaced()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var engine = await Engine.StartAsync(
                model => model.Always(Calls(Call("calculate", ("expression", "1+1")))), settings: [("Limits:MaxRepeatedCalls", "100000"), ("Limits:MaxSteps", "10000")]);
            var task = await engine.CreateAsync("Begin");
            var ids = new List<string>();
            for (var number = 0; number < Count; number++) ids.Add(await SendAsync(engine, task.Id, $"Message {number}.", MessageMode.Queue));
            var words = new ConcurrentDictionary<string, string>(ids.Select((id, number) => KeyValuePair.Create(id, $"Message {number}.")));
            var removed = new ConcurrentDictionary<string, bool>();

            // Each is steered to the run while others reword it, move it and take it back; only what was acknowledged counts.
            await Task.WhenAll(ids.Select((id, number) => Task.Run(async () =>
            {
                var text = $"Message {number}, in other words.";
                if (await TryAsync(() => engine.Tasks.ChangeQueuedAsync(task.Id, id, new ChangeQueuedMessage { Text = text, Position = number % 7 }))) words[id] = text;
                if (number % 10 == 3 && await TryAsync(() => engine.Tasks.RemoveQueuedAsync(task.Id, id))) removed[id] = true;
                await TryAsync(() => engine.Tasks.ChangeQueuedAsync(task.Id, id, new ChangeQueuedMessage { Mode = MessageMode.Steer }));
                if (await TryAsync(() => engine.Tasks.ChangeQueuedAsync(task.Id, id, new ChangeQueuedMessage { Text = text + "." }))) words[id] = text + ".";
            })));
            engine.Model.Always(Says("Done."));
            await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);

            var expected = words.Where(word => !removed.ContainsKey(word.Key)).Select(word => word.Value).Order().ToList();
            Assert.Equal(expected, SaidToTheModel(engine).Order());
            var read = (await engine.Reader.ListMessagesAsync(task.Id, 0, 5000)).Where(entry => entry.Role == EntryRole.User && entry.Text != "Begin").ToList();
            Assert.Equal(expected, read.Select(entry => entry.Text).Order());
            Assert.All(read, entry => Assert.Equal(EntryState.Read, entry.State));
            Assert.Empty(engine.Logs.Lines);
        }

        Assert.True(tooLate > 0, "No edit ever came too late: the run did not read while they were made.");
    }

    private static async Task<string> SendAsync(Engine engine, string taskId, string text, MessageMode mode)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return (await engine.Tasks.SendMessageAsync(taskId, new SendMessage(text, mode))).MessageId;
            }
            catch (RefusedException refused) when (refused.Code == "inbox_full" && Stopwatch.GetElapsedTime(began) < Engine.Bound)
            {
                await Task.Yield();
            }
        }
    }

    private static void AssertOneRunAtATime(IReadOnlyList<TaskEvent> events)
    {
        var atWork = 0;
        foreach (var run in events.Select(@event => @event.Data).OfType<RunData>())
        {
            atWork += run.Outcome is null ? 1 : -1;
            Assert.InRange(atWork, 0, 1);
        }

        Assert.Equal(0, atWork);
    }

    /// <summary>Every message of a person that a model was given, each once, as it was given the last time.</summary>
    private static IEnumerable<string> SaidToTheModel(Engine engine) =>
        engine.Model.Calls.MaxBy(messages => messages.Count)!.Where(message => message.Role == ChatRole.User && message.Text != "Begin").Select(message => message.Text);

    private async Task<bool> TryAsync(Func<Task> verb)
    {
        try
        {
            await verb();
            return true;
        }
        catch (RefusedException refused)
        {
            Assert.Contains(refused.Code, new[] { "message_read", "not_found" });
            Interlocked.Increment(ref tooLate);
            return false;
        }
    }
}
