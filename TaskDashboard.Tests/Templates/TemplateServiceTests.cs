using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Fakes.AgentScript;

namespace TaskDashboard.Tests.Templates;

/// <summary>Templates as they are kept: their versions, their names, and who holds them.</summary>
public sealed class TemplateServiceTests : IAsyncLifetime
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    private Engine engine = null!;

    private ITemplates Templates => engine.Services.GetRequiredService<ITemplates>();

    public async Task InitializeAsync() => engine = await Engine.StartAsync(model => model.Always(Says("Done.")));

    public Task DisposeAsync() => engine.DisposeAsync().AsTask();

    private TemplateDefinition Definition(string name = "Report", string message = "Write it") => new() { Name = name, Message = message, AgentId = engine.AgentId };

    [Fact]
    public async Task EverySave_MakesAVersion_AndThoseBeforeStay()
    {
        var told = 0;
        Templates.Changed += _ => Interlocked.Increment(ref told);
        var first = await Templates.CreateAsync(Definition());
        var second = await Templates.ChangeAsync(first.Id, definition => definition with { Message = "Write it well" });
        var third = await Templates.ChangeAsync(first.Id, definition => definition with { Name = "Better report" });

        Assert.StartsWith("template_", first.Id, StringComparison.Ordinal);
        Assert.Equal((1, 2, 3), (first.Version, second.Version, third.Version));
        Assert.Equal(("Write it", "Report"), ((await Templates.FindAsync(first.Id, 1))!.Definition.Message, (await Templates.FindAsync(first.Id, 2))!.Definition.Name));
        Assert.Equal("Better report", (await Templates.FindAsync(first.Id))!.Definition.Name);
        Assert.Null(await Templates.FindAsync(first.Id, 4));
        Assert.Equal([3, 2, 1], (await Templates.ListVersionsAsync(first.Id, null, 200)).Select(version => version.Version));
        Assert.Equal([1], (await Templates.ListVersionsAsync(first.Id, 2, 200)).Select(version => version.Version));
        Assert.Equal(first.CreatedAt, third.CreatedAt);
        Assert.Equal(3, told);
    }

    [Fact]
    public async Task ManyChangesAtOnce_EachMakeOneVersion()
    {
        var template = await Templates.CreateAsync(Definition(message: "x"));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Templates.ChangeAsync(template.Id, definition => definition with { Message = definition.Message + "x" }))));
        var latest = (await Templates.FindAsync(template.Id))!;
        Assert.Equal((21, 21), (latest.Version, latest.Definition.Message.Length));
    }

    [Fact]
    public async Task Name_IsOneOfAKind_WithoutRegardToCase()
    {
        var first = await Templates.CreateAsync(Definition("Überblick"));
        var taken = await Assert.ThrowsAsync<RefusedException>(() => Templates.CreateAsync(Definition(" ÜBERBLICK ")));
        Assert.Equal(("template_name_taken", RefusalKind.Conflict), (taken.Code, taken.Kind));
        var other = await Templates.CreateAsync(Definition("Other"));
        Assert.Equal("template_name_taken", (await Assert.ThrowsAsync<RefusedException>(() => Templates.ChangeAsync(other.Id, definition => definition with { Name = "überblick" }))).Code);
        Assert.Equal("überblick", (await Templates.ChangeAsync(first.Id, definition => definition with { Name = "überblick" })).Definition.Name);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Record.ExceptionAsync(() => Templates.CreateAsync(Definition("Race"))))));
        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Equal(3, Templates.List().Count);
    }

    [Fact]
    public async Task WhatDoesNotFit_IsRefusedWithItsFields_AndNothingIsSaved()
    {
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => Templates.CreateAsync(Definition(message: "{{x}}") with { AgentId = "agent_x", Model = "nobody/none" }));
        Assert.Equal(["agent_id", "message", "model"], refusal.Errors.Keys.Order());
        Assert.Empty(Templates.List());
    }

    [Fact]
    public async Task ATriggerHoldsIt_AndTheRefusalNamesIt()
    {
        var template = await Templates.CreateAsync(Definition());
        var triggers = engine.Services.GetRequiredService<ITriggerService>();
        var trigger = await triggers.CreateAsync(null, new TriggerDefinition
        {
            Name = "Each morning",
            Message = "",
            Cron = "0 9 * * *",
            Order = new TriggerOrder(null),
            Template = new TemplateUse(template.Id, 1, Nothing),
        });

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => Templates.DeleteAsync(template.Id));
        Assert.Equal("template_in_use", refusal.Code);
        Assert.Contains($"Each morning ({trigger.Id})", refusal.Message, StringComparison.Ordinal);
        await triggers.DeleteAsync(trigger.Id);
        await Templates.DeleteAsync(template.Id);
        Assert.Null(await Templates.FindAsync(template.Id));
        Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => Templates.DeleteAsync(template.Id))).Code);
        await Templates.CreateAsync(Definition());
    }

    [Fact]
    public async Task AfterARestart_EverythingIsThere()
    {
        var template = await Templates.CreateAsync(Definition() with
        {
            Message = "{{count}}",
            Parameters = [new() { Name = "count", Type = ParameterType.Integer, Required = true, Min = 1.5m, Default = JsonElement.Parse("2") }],
            Metadata = new Dictionary<string, string> { ["team"] = "blue" },
        });
        await Templates.ChangeAsync(template.Id, definition => definition with { Description = "Later" });
        var left = engine.CopyAsLeftByAKill();
        try
        {
            await using var next = await Engine.StartAsync(model => model.Always(Says("Done.")), left);
            var templates = next.Services.GetRequiredService<ITemplates>();
            var found = Assert.Single(templates.List());
            Assert.Equal((2, "Later", template.CreatedAt), (found.Version, found.Definition.Description, found.CreatedAt));
            Assert.Equal("2", templates.Render((await templates.FindAsync(template.Id, 1))!, Nothing).Message);
            Assert.Equal(1.5m, found.Definition.Parameters[0].Min);
        }
        finally
        {
            Directory.Delete(left, recursive: true);
        }
    }

    [Fact]
    public async Task Render_MakesTheWholeTask()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-template-").FullName;
        try
        {
            var template = await Templates.CreateAsync(Definition(message: "Go to {{city}}") with
            {
                Parameters = [new() { Name = "city", Required = true }],
                Title = "Trip to {{city}}",
                Priority = 3,
                TimeoutS = 60,
                WorkDir = folder,
                EnableMcp = false,
                Metadata = new Dictionary<string, string> { ["a"] = "b" },
            });
            var order = Templates.Render(template, new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("\"Oslo\"") });
            Assert.Equal(("Go to Oslo", "Trip to Oslo", 3, 60, folder, false), (order.Message, order.Title, order.Priority, order.TimeoutS, order.WorkDir, order.EnableMcp));
            Assert.Equal("b", order.Metadata!["a"]);
            Assert.Contains("arguments.city", (await Assert.ThrowsAsync<RefusedException>(() => Task.FromResult(Templates.Render(template, Nothing)))).Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Task_AsATemplate_HasWhatItWasMadeOf_AndItsBracesAreMeant()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-template-").FullName;
        try
        {
            var plain = await engine.CreateAsync("Say {{this}}");
            var special = await engine.CreateAsync("Do {{it}}", order => order with { Title = "Given", WorkDir = folder, Priority = 2, TimeoutS = 90, EnableSkills = false });
            var draft = await Templates.DraftAsync(plain.Id);
            Assert.Equal(("Say {{{{this}}", null, plain.AgentId, plain.Model, null), (draft.Message, draft.Title, draft.AgentId, draft.Model, draft.WorkDir));
            Assert.Equal("Say {{this}}", Templates.Render(await Templates.CreateAsync(draft), Nothing).Message);

            draft = await Templates.DraftAsync(special.Id, ["it"]);
            Assert.Equal(("Do {{it}}", "Given", folder, 2, 90, false), (draft.Message, draft.Title, draft.WorkDir, draft.Priority, draft.TimeoutS, draft.EnableSkills));
            Assert.Equal("not_found", (await Assert.ThrowsAsync<RefusedException>(() => Templates.DraftAsync("task_x"))).Code);
        }
        finally
        {
            await engine.StopAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}
