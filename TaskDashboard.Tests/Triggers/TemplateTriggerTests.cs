using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Triggers;
using static TaskDashboard.Tests.Triggers.TriggerEngine;

namespace TaskDashboard.Tests.Triggers;

/// <summary>Triggers that say what a template says, in a version that stays or in the latest.</summary>
public sealed class TemplateTriggerTests : IAsyncLifetime
{
    private static readonly TemplateParameter Count = new() { Name = "count", Type = ParameterType.Integer, Required = true, Max = 10 };

    private TriggerEngine engine = null!;

    private ITemplates Templates => engine.Engine.Services.GetRequiredService<ITemplates>();

    public async Task InitializeAsync() => engine = await StartAsync();

    public Task DisposeAsync() => engine.DisposeAsync().AsTask();

    private Task<TaskTemplate> TemplateAsync(Func<TemplateDefinition, TemplateDefinition>? with = null)
    {
        var definition = new TemplateDefinition { Name = "Lines", Message = "Write {{count}} lines", AgentId = engine.Engine.AgentId, Parameters = [Count] };
        return Templates.CreateAsync(with is null ? definition : with(definition));
    }

    private static TriggerDefinition By(TaskTemplate template, int? version = null, string arguments = """{"count":3}""") => Every(60, "") with
    {
        Template = new TemplateUse(template.Id, version, JsonElement.Parse(arguments).EnumerateObject().ToDictionary(argument => argument.Name, argument => argument.Value)),
    };

    private Task<Trigger> AloneAsync(TriggerDefinition definition) => engine.Triggers.CreateAsync(null, definition with { Order = new TriggerOrder(null) });

    [Fact]
    public async Task Pinned_StaysAtItsVersion_AndLatestGoesAlong()
    {
        var template = await TemplateAsync();
        var task = await engine.EndedTaskAsync();
        var pinned = await engine.Triggers.CreateAsync(task.Id, By(template, 1));
        var latest = await AloneAsync(By(template));
        await Templates.ChangeAsync(template.Id, definition => definition with { Message = "Sing {{count}} songs" });

        await engine.RunNextAsync(pinned.Id);
        await engine.WaitForAsync(latest.Id, history => history is [{ RunEndedAt: not null }]);

        Assert.Equal("Begin | Write 3 lines", engine.LastHeard("Begin"));
        Assert.Equal("Sing 3 songs", engine.LastHeard("Sing"));
    }

    [Fact]
    public async Task MadeAlone_TakesItsTaskFromTheTemplate_UnlessItSaysOtherwise()
    {
        var agents = engine.Engine.Services.GetRequiredService<IAgentStore>();
        var other = (await agents.ListAsync()).First(agent => agent.Name == "Researcher");
        var template = await TemplateAsync(definition => definition with { AgentId = other.Id, Model = "scripted/other", Title = "{{count}} lines", Priority = 3, WorkDir = null });
        var plain = await AloneAsync(By(template));
        var own = await engine.Triggers.CreateAsync(null, By(template) with { Order = new TriggerOrder(engine.Engine.AgentId) { Title = "Mine", Model = "scripted/model" } });

        await engine.RunNextAsync(plain.Id);
        await engine.WaitForAsync(own.Id, history => history is [{ RunEndedAt: not null }]);

        var taken = (await engine.Engine.Reader.FindAsync(plain.TaskId))!;
        Assert.Equal((other.Id, "3 lines", "scripted/other", 3), (taken.AgentId, taken.Title, taken.Model, taken.Priority));
        var said = (await engine.Engine.Reader.FindAsync(own.TaskId))!;
        Assert.Equal((engine.Engine.AgentId, "Mine", "scripted/model"), (said.AgentId, said.Title, said.Model));
        Assert.Equal("Lines", (await AloneAsync(By(template) with { Name = "" })).Definition.Name);
    }

    [Fact]
    public async Task Webhook_SaysTheTemplate_AndWhatWasDelivered()
    {
        var template = await TemplateAsync();
        var hook = await AloneAsync(By(template) with { Kind = TriggerKind.Webhook, EveryS = null, Overlap = Overlap.Queue });
        await engine.Webhooks.ReceiveAsync(hook.Definition.Token!, new WebhookCall("{\"x\":\"{{count}}\"}"u8.ToArray(), "one", null));
        await engine.WaitForAsync(hook.Id, history => history is [{ RunEndedAt: not null }]);
        Assert.StartsWith("Write 3 lines\n\nThis was delivered", engine.LastHeard("Write"), StringComparison.Ordinal);
        Assert.Contains("{\"x\":\"{{count}}\"}", engine.LastHeard("Write"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"count":"three"}""", "template.arguments.count")]
    [InlineData("""{"count":11}""", "template.arguments.count")]
    [InlineData("{}", "template.arguments.count")]
    [InlineData("""{"count":1,"more":2}""", "template.arguments.more")]
    public async Task ArgumentsThatDoNotFit_AreRefusedWhenItIsStored(string arguments, string field)
    {
        var template = await TemplateAsync();
        Assert.Equal([field], (await Assert.ThrowsAsync<RefusedException>(() => AloneAsync(By(template, arguments: arguments)))).Errors.Keys);
        Assert.Empty(engine.Triggers.List());
        var trigger = await AloneAsync(By(template));
        Assert.Equal([field], (await Assert.ThrowsAsync<RefusedException>(() => engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { Template = By(template, arguments: arguments).Template }))).Errors.Keys);
    }

    [Fact]
    public async Task TemplateOrVersionThatIsNotThere_AndTwoMessages_AreRefused()
    {
        var template = await TemplateAsync();
        await RefusedAsync(By(template with { Id = "template_x" }), "template.id");
        await RefusedAsync(By(template, 2), "template.version");
        await RefusedAsync(By(template, 0), "template.version");
        await RefusedAsync(By(template) with { Message = "And this" }, "message");
        await RefusedAsync(Every(60), "agent_id");

        async Task RefusedAsync(TriggerDefinition definition, string field) =>
            Assert.Equal([field], (await Assert.ThrowsAsync<RefusedException>(() => AloneAsync(definition))).Errors.Keys);
    }

    [Fact]
    public async Task LatestThatFitsNoMore_IsSaid_CountsAsAFailure_AndAPinnedOneGoesOn()
    {
        var template = await TemplateAsync();
        var latest = await AloneAsync(By(template));
        var pinned = await AloneAsync(By(template, 1));
        await Templates.ChangeAsync(template.Id, definition => definition with { Parameters = [Count with { Max = 2 }] });

        for (var round = 1; round <= 3; round++)
        {
            await engine.RunNextAsync(pinned.Id);
            await engine.WaitForAsync(latest.Id, history => history.Count == round);
        }

        Assert.All(await engine.HistoryAsync(latest.Id), firing => Assert.Equal((FiringOutcome.Skipped, FiringReasons.TemplateRefused), (firing.Outcome, firing.Reason)));
        await engine.WaitForStateAsync(latest.Id, TriggerState.Broken);
        Assert.Null(await engine.Engine.Reader.FindAsync(latest.TaskId));
        Assert.Equal(TriggerState.Active, engine.Triggers.Find(pinned.Id)!.State);
        Assert.Contains(engine.Engine.Logs.Lines, line => line.Message.Contains("count has to be", StringComparison.Ordinal));

        await engine.Triggers.ChangeAsync(latest.Id, _ => By(template, arguments: """{"count":2}""") with { Order = latest.Definition.Order });
        await engine.Triggers.ResetAsync(latest.Id);
        await engine.RunNextAsync(latest.Id);
        Assert.Equal("Write 2 lines", engine.LastHeard("Write 2"));
    }

    [Fact]
    public async Task TemplateThatIsDeletedMeanwhile_IsSaid_AlsoWhenItIsRunByHand()
    {
        var template = await TemplateAsync();
        var trigger = await AloneAsync(By(template));

        // As when it goes in the moment between the look and the write: the verb itself refuses while a trigger uses it.
        var use = trigger.Definition.Template!;
        await engine.Triggers.ChangeAsync(trigger.Id, definition => definition with { Template = null, Message = "Hold", Order = new TriggerOrder(engine.Engine.AgentId) });
        await Templates.DeleteAsync(template.Id);
        var store = engine.Engine.Services.GetRequiredService<TriggerStore>();
        await store.ChangeAsync(trigger.Id, (_, current) => current with { Definition = current.Definition with { Template = use, Message = "" } });

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.Triggers.RunNowAsync(trigger.Id));
        Assert.Equal("firing_skipped", refusal.Code);
        Assert.Contains("template is gone", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(FiringReasons.TemplateRefused, Assert.Single(await engine.HistoryAsync(trigger.Id)).Reason);
    }
}
