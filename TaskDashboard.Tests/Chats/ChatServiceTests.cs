using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Chats;

public sealed class ChatServiceTests : IAsyncLifetime
{
    private readonly ManualTimeProvider time = new();
    private readonly TaskCompletionSource gate = new();
    private Engine engine = null!;

    private IChatService Chats => engine.Services.GetRequiredService<IChatService>();

    public async Task InitializeAsync() => engine = await Engine.StartAsync(
        model => new AgentScript()
            .For("Wait", AgentScript.SaysAfter(gate.Task, "Waited."))
            .For("Fail", AgentScript.Fails("It broke."))
            .For("Lead", AgentScript.Calls(AgentScript.Call("spawn_task", ("message", "Help with it"))), AgentScript.Says("I wait."), AgentScript.Says("All done."))
            .For("Ask", AgentScript.Calls(AgentScript.Call("ask_user", ("question", "Which one?"))))
            .For("", AgentScript.Says("Said."))
            .Play(model),
        time: time);

    public async Task DisposeAsync() => await engine.DisposeAsync();

    [Fact]
    public async Task List_ShowsTheNewestActivityFirst_WithWhatTheChatHolds()
    {
        var first = await DoneAsync("First");
        time.Advance(TimeSpan.FromSeconds(5));
        var second = await DoneAsync("Second");
        Assert.Equal([second.ChatId, first.ChatId], await ListAsync());

        time.Advance(TimeSpan.FromSeconds(5));
        var beside = await engine.CreateAsync("Wait for it", command => command with { ChatId = first.ChatId });
        await engine.WaitForAsync(beside.Id, AgentTaskStatus.Running);

        var chat = (await Chats.ListAsync(Mine)).Items[0];
        Assert.Equal((first.ChatId, "First", 2, 1, first.Id, KnownUsers.Local), (chat.Id, chat.Title, chat.TaskCount, chat.RunningCount, chat.PrimaryTaskId, chat.UserId));
        Assert.True(chat.UpdatedAt > chat.CreatedAt);
        gate.SetResult();
    }

    [Fact]
    public async Task ATaskThatAnAgentBegins_HasAChatOfItsOwn_OfTheAgentsUser()
    {
        var lead = await DoneAsync("Lead this");

        var help = (await engine.Reader.ListTreeAsync(lead.Id))[1];
        var chat = await FindAsync(help.ChatId);
        Assert.Equal((help.Id, KnownUsers.Agent, 1), (chat.PrimaryTaskId, chat.UserId, chat.TaskCount));
        Assert.Equal([lead.ChatId], await ListAsync(Mine with { WithSubtasks = false }));
        Assert.Contains(help.ChatId, await ListAsync());
        Assert.All(await Chats.ListMessagesAsync(lead.ChatId, 0, 100), line => Assert.Null(line.TaskId));
    }

    [Fact]
    public async Task UpdatedAt_FollowsWhatIsSaid_ToTheSecond()
    {
        var task = await DoneAsync("First");
        var before = (await FindAsync(task.ChatId)).UpdatedAt;
        time.Advance(TimeSpan.FromSeconds(90));

        await engine.Tasks.SendMessageAsync(task.Id, new SendMessage("More"));
        await engine.WaitForAsync(task.Id, row => row is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        Assert.InRange((await FindAsync(task.ChatId)).UpdatedAt - before, TimeSpan.FromSeconds(89), TimeSpan.FromSeconds(91));
    }

    [Fact]
    public async Task List_PageByPage_IsTheSameAsAtOnce()
    {
        for (var number = 0; number < 7; number++) await DoneAsync($"Number {number}");
        var whole = await ListAsync();
        var paged = new List<string>();
        for (string? cursor = null; ;)
        {
            var page = await Chats.ListAsync(Mine with { Limit = 3, Cursor = cursor });
            paged.AddRange(page.Items.Select(chat => chat.Id));
            if ((cursor = page.NextCursor) is null) break;
        }

        Assert.Equal(7, whole.Count);
        Assert.Equal(whole, paged);
    }

    [Theory]
    [InlineData("harbour")]
    [InlineData("HARBOUR li")]
    [InlineData("said")]
    public async Task List_Search_FindsTitlesAndWhatWasSaid(string words)
    {
        var lights = await DoneAsync("The harbour lights");
        time.Advance(TimeSpan.FromSeconds(5));
        var other = await DoneAsync("Another matter");

        var found = await ListAsync(Mine with { Search = words });

        Assert.Equal(words == "said" ? [other.ChatId, lights.ChatId] : [lights.ChatId], found);
    }

    [Fact]
    public async Task Archive_PutsItAway_AndTakesItBack()
    {
        var task = await DoneAsync("First");

        var archived = await Chats.UpdateAsync(task.ChatId, new UpdateChat { Archived = true }, Caller.Local);
        Assert.NotNull(archived.ArchivedAt);
        Assert.Empty(await ListAsync());
        Assert.Equal([task.ChatId], await ListAsync(Mine with { Archived = true }));

        await Chats.UpdateAsync(task.ChatId, new UpdateChat { Archived = false }, Caller.Local);
        Assert.Equal([task.ChatId], await ListAsync());
    }

    [Fact]
    public async Task Rename_TakesTheTaskThatItWasBegunWithAlong_AndTheOtherWayRound_UntilTheyAreToldApart()
    {
        var task = await DoneAsync("First");

        Assert.Equal("Better", (await Chats.UpdateAsync(task.ChatId, new UpdateChat { Title = " Better " }, Caller.Local)).Title);
        Assert.Equal("Better", (await engine.Reader.FindAsync(task.Id))!.Title);

        await engine.Tasks.UpdateAsync(task.Id, new UpdateTask { Title = "Best" });
        Assert.Equal("Best", (await FindAsync(task.ChatId)).Title);
    }

    [Theory]
    [InlineData("  ")]
    [InlineData(null)]
    public async Task Rename_ToSomethingThatCannotBe_IsRefusedWithItsField(string? title)
    {
        var task = await DoneAsync("First");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Chats.UpdateAsync(task.ChatId, new UpdateChat { Title = title ?? new string('x', 201) }, Caller.Local));

        Assert.True(refused.Errors!.ContainsKey("title"));
        Assert.Equal("First", (await FindAsync(task.ChatId)).Title);
    }

    [Fact]
    public async Task Delete_StopsWhatIsLive_AndLeavesNothing()
    {
        var primary = await DoneAsync("First");
        var live = await engine.CreateAsync("Wait for it", command => command with { ChatId = primary.ChatId });
        var other = await DoneAsync("Other");
        await engine.WaitForAsync(live.Id, AgentTaskStatus.Running);
        await Chats.MarkReadAsync(primary.ChatId, "user_local", 1);

        Assert.Equal(1, await Chats.DeleteAsync(primary.ChatId, "you"));

        Assert.Equal([other.ChatId], await ListAsync());
        Assert.Null(await engine.Reader.FindAsync(live.Id));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => engine.CreateAsync("Too late", command => command with { ChatId = primary.ChatId }));
        Assert.Equal("not_found", refused.Code);
        Assert.Contains(primary.ChatId, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unread_CountsWhatAgentsSaid_UntilItIsRead_AndReadingNeverGoesBack()
    {
        var task = await DoneAsync("First");
        await DoneAsync("Beside", task.ChatId);
        Assert.Equal(2, (await FindAsync(task.ChatId)).UnreadCount);
        var lines = await Chats.ListMessagesAsync(task.ChatId, 0, 100);
        Assert.Equal(["First", "Said.", "Beside", "Said."], lines.Select(line => line.Text));
        Assert.Equal([false, false, true, true], lines.Select(line => line.TaskId is not null));

        await Chats.MarkReadAsync(task.ChatId, KnownUsers.Local, lines[1].Id);
        Assert.Equal(1, (await FindAsync(task.ChatId)).UnreadCount);
        await Chats.MarkReadAsync(task.ChatId, KnownUsers.Local, engine.Store.Feed.NewestId);
        await Chats.MarkReadAsync(task.ChatId, KnownUsers.Local, lines[0].Id);
        Assert.Equal(0, (await FindAsync(task.ChatId)).UnreadCount);
        Assert.Equal(2, (await Chats.ListAsync(Mine with { ReaderId = "user_other" })).Items[0].UnreadCount);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => Chats.MarkReadAsync(task.ChatId, KnownUsers.Local, 99_999));
        Assert.True(refused.Errors!.ContainsKey("last_id"));
    }

    [Fact]
    public async Task News_CountsWhatHappenedSinceItWasRead_AndNamesTheFirstOfIt()
    {
        var task = await DoneAsync("First");
        Assert.True((await Chats.FindNewsAsync(task.ChatId, KnownUsers.Local)).IsEmpty);
        await Chats.MarkReadAsync(task.ChatId, KnownUsers.Local, engine.Store.Feed.NewestId);
        Assert.True((await Chats.FindNewsAsync(task.ChatId, KnownUsers.Local)).IsEmpty);
        var read = engine.Store.Feed.NewestId;

        await DoneAsync("Beside", task.ChatId);
        var failing = await engine.CreateAsync("Fail at it", command => command with { ChatId = task.ChatId });
        await engine.WaitForAsync(failing.Id, AgentTaskStatus.Failed);
        var asking = await engine.CreateAsync("Ask me", command => command with { ChatId = task.ChatId });
        await engine.WaitForAsync(asking.Id, AgentTaskStatus.Waiting);

        var news = await Chats.FindNewsAsync(task.ChatId, KnownUsers.Local);

        Assert.Equal((read, 1, 1, 1), (news.ReadId, news.Completed, news.Failed, news.NeedsYou));
        Assert.InRange(news.Messages, 1, 3);
        Assert.True(news.FirstId > read);
        Assert.NotEqual(task.Id, news.FirstTaskId);
    }

    [Fact]
    public async Task AFurtherTask_BeginsWithTheChatAsItWas_InItsFirstRunAndInEveryLaterOne()
    {
        var primary = await DoneAsync("The lamp is green");
        var further = await DoneAsync("Beside", primary.ChatId);
        await engine.Tasks.SendMessageAsync(primary.Id, new SendMessage("The lamp is red now"));
        await engine.WaitForAsync(primary.Id, row => row is { Status: AgentTaskStatus.Completed, RunCount: 2 });
        await engine.Tasks.SendMessageAsync(further.Id, new SendMessage("Beside, again"));
        await engine.WaitForAsync(further.Id, row => row is { Status: AgentTaskStatus.Completed, RunCount: 2 });

        var given = engine.Model.Calls.Where(call => call.Any(message => message.Text == "Beside")).Select(call => call[0].Text).ToList();

        Assert.Equal(2, given.Count);
        Assert.All(given, text => Assert.Contains("User: The lamp is green\nAgent: Said.", text, StringComparison.Ordinal));
        Assert.All(given, text => Assert.DoesNotContain("red now", text, StringComparison.Ordinal));
        Assert.Equal(primary.UserId, further.UserId);
        Assert.NotEqual(primary.SessionId, further.SessionId);
    }

    [Fact]
    public async Task AChatWhoseUserIsGone_TakesItsTasksAsTheAgentsUser_AndSaysSo()
    {
        var primary = (await engine.CreateAsync("First", command => command with { UserId = "user_gone" }));
        await engine.WaitForAsync(primary.Id, AgentTaskStatus.Completed);

        var further = await DoneAsync("Beside", primary.ChatId);

        Assert.Equal(KnownUsers.Agent, further.UserId);
        var notice = Assert.Single(await engine.Reader.ListMessagesAsync(further.Id, 0, 10), entry => entry.Role == EntryRole.Notice);
        Assert.Contains("no account any more", notice.Text, StringComparison.Ordinal);
        var seqs = (await engine.Reader.ListEventsAsync(further.Id, 0, 100)).Select(@event => @event.Seq).ToList();
        Assert.Equal(Enumerable.Range(1, seqs.Count).Select(seq => (long)seq), seqs);
    }

    [Fact]
    public async Task WhatAPersonMayNotSee_IsNotThere()
    {
        var task = await DoneAsync("First");
        var stranger = new Caller("user_stranger", "Stranger", PersonRole.Member);

        Assert.Null(await Chats.FindAsync(task.ChatId, stranger));
        Assert.Empty(await ListAsync(Mine with { VisibleTo = stranger.UserId }));
        await Assert.ThrowsAsync<RefusedException>(() => Chats.UpdateAsync(task.ChatId, new UpdateChat { Title = "Mine" }, stranger));
    }

    private static ChatQuery Mine => new() { ReaderId = KnownUsers.Local };

    private async Task<AgentTask> DoneAsync(string message, string? chatId = null)
    {
        var task = await engine.CreateAsync(message, command => command with { ChatId = chatId });
        return await engine.WaitForAsync(task.Id, AgentTaskStatus.Completed);
    }

    private async Task<ChatSummary> FindAsync(string chatId) => (await Chats.FindAsync(chatId, Caller.Local))!;

    private async Task<List<string>> ListAsync(ChatQuery? query = null) => [.. (await Chats.ListAsync(query ?? Mine)).Items.Select(chat => chat.Id)];
}
