using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Seeding;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>The page of a chat of which only parts are in memory.</summary>
public class ChatAtLengthTests : ChatContext
{
    private readonly BareStore bare = new();
    private bool isDisposed;

    public ChatAtLengthTests() => Transcripts.Inner = new TranscriptReader(bare.Store);

    [Fact]
    public async Task SinceYouLeft_LeadsToWhatIsNew_FromFarBackToo()
    {
        var id = await new TranscriptSeeder(bare.Store).AddAsync(3000);
        var task = (await bare.Store.Reader.FindAsync(id))!;
        var fresh = (await bare.Store.Reader.ListEventsAsync(id, task.LastSeq - 50, 1))[0];
        Chats.News = new ChatNews(fresh.Id - 1, 3, 0, 0, 0, fresh.Id, id);
        Store.Tasks.Add(task);
        var page = Render<TaskChat>(chat => chat.Add(shown => shown.TaskId, id));
        Feed.Send(ChatLogBuilder.Snapshot(0, false, task));
        await Until(() => page.FindAll("[data-testid=since-you-left]").Count == 1 && page.FindAll("[data-kind=ending]").Count == 1);
        var view = page.FindComponent<TranscriptView>().Instance;

        Assert.True(await page.InvokeAsync(() => view.Reading.GoToEventAsync(500)));
        await page.InvokeAsync(view.Show);
        Assert.Empty(page.FindAll("[data-kind=ending], .unread-mark"));
        await page.Find("[data-action=first-unread]").ClickAsync(new MouseEventArgs());
        await Until(() => page.FindAll(".unread-mark").Count == 1);
        Assert.True(view.Reading.Range.IsEnd);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || isDisposed) return;
        isDisposed = true;
        bare.Dispose();
    }
}
