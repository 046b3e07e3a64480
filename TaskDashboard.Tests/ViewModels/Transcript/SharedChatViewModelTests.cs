using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.ViewModels.Transcript;

/// <summary>A long chat with another task in it, which is read behind the page's own.</summary>
public sealed class SharedChatViewModelTests : IDisposable
{
    private readonly BareStore bare = new();
    private readonly ChannelFeed feed = new();
    private readonly Lock page = new();
    private readonly WatchedTranscripts reader;

    public SharedChatViewModelTests() => reader = new WatchedTranscripts(new TranscriptReader(bare.Store));

    public void Dispose() => bare.Dispose();

    [Fact]
    public async Task TheStream_DoesNotWaitForOtherTasks_AndWhatComesOfThemMeanwhileIsThere()
    {
        var (main, other) = (await SeedAsync(), await SeedAsync());
        var gate = new TaskCompletionSource();
        var isRead = false;
        reader.Behind = (what, id) =>
        {
            if (what != nameof(reader.ReadEndAsync) || id != other.Id) return Task.CompletedTask;
            Volatile.Write(ref isRead, true);
            return gate.Task.WaitAsync(Engine.Bound);
        };
        await using var chat = await OpenAsync(main, other);
        await Eventually.TrueAsync(() => feed.Watching == 1 && Volatile.Read(ref isRead));

        feed.Send(ChatLogBuilder.Snapshot(0, false, main, other));
        await bare.Store.Log.ChangeAsync(other.Id, _ => new TaskChange { Log = [new LogEntry(new MessageData("live", EntryRole.Assistant, "Said meanwhile"))] });
        var told = Assert.Single(await bare.Store.Reader.ListEventsAsync(other.Id, other.LastSeq, 10));
        feed.Send(new ChatEventFrame(told, false));
        await Until(() => chat.Chat.LastId == told.Id);
        Assert.Empty(chat.Chat.Groups);

        gate.SetResult();
        await Until(() => chat.Chat.Groups.Count == 1);
        lock (page)
        {
            var group = chat.Chat.Groups.Single();
            Assert.Equal((told.Seq, "live", "Said meanwhile"), (group.Transcript.LastSeq, group.Transcript.Items[^1].Key, group.LastLine));
        }
    }

    [Fact]
    public async Task AnotherTaskThatCannotBeRead_IsTriedAgain()
    {
        var (main, other) = (await SeedAsync(), await SeedAsync());
        var tries = 0;
        reader.Before = (what, id, _) => what == nameof(reader.ReadEndAsync) && id == other.Id && Interlocked.Increment(ref tries) == 1 ? Task.FromException(new IOException("The disk is slow.")) : Task.CompletedTask;
        await using var chat = await OpenAsync(main, other);
        await Until(() => chat.Chat.Groups.Count == 1 && feed.TaskCursors.Count == 1);
        Assert.Equal(2, Volatile.Read(ref tries));
        Assert.Single(feed.TaskCursors);
    }

    /// <summary>Watches the first task, with the other beside the end of its log.</summary>
    private async Task<SharedChatViewModel> OpenAsync(AgentTask main, AgentTask other)
    {
        var began = (await bare.Store.Reader.ListEventsAsync(other.Id, 0, 1))[0];
        var newest = (await bare.Store.Reader.ListEventsAsync(other.Id, other.LastSeq - 1, 1))[0];
        reader.Beside = new ChatLogs(newest.Id, [new TaskBeginning(began, main.LastSeq - 10, other.LastSeq)]);
        var chat = new SharedChatViewModel("chat_1", main.Id, feed, bare.Store.Reader, TimeProvider.System, NullLogger<ChatViewModel>.Instance, action =>
        {
            lock (page) action();
            return Task.CompletedTask;
        }, reader)
        { KnownLength = main.LastSeq };
        chat.Watch();
        return chat;
    }

    private Task Until(Func<bool> condition) => Eventually.TrueAsync(() =>
    {
        lock (page) return condition();
    });

    private async Task<AgentTask> SeedAsync() => (await bare.Store.Reader.FindAsync(await new TranscriptSeeder(bare.Store).AddAsync(700)))!;
}
