using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using TaskDashboard.Tests.Triggers;

namespace TaskDashboard.Tests.Agents;

/// <summary>One key, one conversation: every time, from everywhere, over restarts.</summary>
public sealed class AgentConversationTests
{
    [Fact]
    public async Task Key_LeadsToTheSameConversation_EveryTime_AndAfterARestart()
    {
        string folder;
        AgentConversation begun;
        await using (var engine = await Engine.StartAsync(TriggerEngine.Echo))
        {
            begun = await Conversations(engine).PostAsync(new AgentDescriptor.System("report"), new ConversationMessage(engine.AgentId, "One"));
            await engine.WaitForAsync(begun.TaskId, AgentTaskStatus.Completed);
            Assert.Equal(begun, await Conversations(engine).FindAsync(new AgentDescriptor.System("report")));
            Assert.Null(await Conversations(engine).FindAsync(new AgentDescriptor.System("other")));
            folder = engine.CopyAsLeftByAKill();
        }

        await using (var engine = await Engine.StartAsync(TriggerEngine.Echo, folder))
        {
            var again = await Conversations(engine).PostAsync(new AgentDescriptor.System("report"), new ConversationMessage("", "Two"));
            await engine.WaitForAsync(begun.TaskId, task => task.RunCount == 2 && task.Status == AgentTaskStatus.Completed);

            Assert.Equal(begun, again);
            Assert.Equal(["One", "Two"], engine.Model.Calls.Last().Where(message => message.Role == Microsoft.Extensions.AI.ChatRole.User).Select(message => message.Text));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task FirstMessages_AtTheSameTime_BeginOneConversation()
    {
        await using var engine = await Engine.StartAsync(TriggerEngine.Echo);

        var posted = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Conversations(engine).PostAsync(new AgentDescriptor.User(), new ConversationMessage(engine.AgentId, $"Say {number}"))));

        Assert.Single(posted.Distinct());
        await Eventually.TrueAsync(async () => (await engine.Reader.ListMessagesAsync(posted[0].TaskId, 0, 100)).Count(entry => entry.Role == Core.Chats.EntryRole.User) == 20);
    }

    [Fact]
    public async Task TriggerAndTask_NameTheSameConversation()
    {
        await using var engine = await TriggerEngine.StartAsync();
        var task = await engine.EndedTaskAsync();
        var trigger = await engine.Triggers.CreateAsync(task.Id, TriggerEngine.Every(60));

        var byTask = (await Conversations(engine.Engine).FindAsync(new AgentDescriptor.Task(task.Id)))!;
        var byTrigger = (await Conversations(engine.Engine).FindAsync(trigger.Origin))!;

        Assert.Equal((byTask.TaskId, byTask.ChatId, byTask.SessionId), (byTrigger.TaskId, byTrigger.ChatId, byTrigger.SessionId));
        Assert.Equal(("task", "cron"), (byTask.Role, byTrigger.Role));
        Assert.Null(await Conversations(engine.Engine).FindAsync(new AgentDescriptor.Task("task_none")));
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => Conversations(engine.Engine).PostAsync(new AgentDescriptor.Cron("trigger_none"), new ConversationMessage(engine.Engine.AgentId, "Hello")))).Code);
    }

    [Fact]
    public async Task Role_NamesTheModel_AndAnAgentsOwnWins()
    {
        await using var engine = await Engine.StartAsync(model =>
        {
            TriggerEngine.Echo(model);
            model.Roles["system"] = "scripted/other";
        });
        var agents = engine.Services.GetRequiredService<IAgentStore>();
        var own = (await agents.FindAsync(engine.AgentId))! with { Id = "agent_own", Name = "Own", Model = "scripted/model" };
        await agents.SaveAsync(own);

        var byRole = await Conversations(engine).PostAsync(new AgentDescriptor.System("one"), new ConversationMessage(engine.AgentId, "Hello"));
        var byAgent = await Conversations(engine).PostAsync(new AgentDescriptor.System("two"), new ConversationMessage(own.Id, "Hello"));
        var byTask = await engine.CreateAsync("Hello");

        Assert.Equal("scripted/other", (await engine.Reader.FindAsync(byRole.TaskId))!.Model);
        Assert.Equal("scripted/model", (await engine.Reader.FindAsync(byAgent.TaskId))!.Model);
        Assert.Equal("scripted/model", byTask.Model);
    }

    private static IAgentConversations Conversations(Engine engine) => engine.Services.GetRequiredService<IAgentConversations>();
}
