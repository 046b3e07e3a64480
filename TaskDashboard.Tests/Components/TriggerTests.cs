using Bunit;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Triggers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>What people are told when something about a trigger does not work out.</summary>
public class TriggerTests : PageContext
{
    private static readonly Trigger Hook = new()
    {
        Id = "trigger_a",
        TaskId = "task_a",
        Definition = new TriggerDefinition { Name = "Hook", Kind = TriggerKind.Webhook, Message = "Look", Token = "token" },
    };

    [Theory]
    [InlineData(FiringOutcome.Started, null, "A run has started.")]
    [InlineData(FiringOutcome.Queued, FiringReasons.Overlap, "It runs when the run before is over.")]
    [InlineData(FiringOutcome.Skipped, FiringReasons.AgentGone, "Not run: the agent is gone")]
    public void TestOfAWebhook_SaysWhatCameOfIt(FiringOutcome outcome, string? reason, string words)
    {
        Triggers.Receipt = new WebhookReceipt(Hook.Id, Hook.TaskId, outcome, reason);
        var panel = Render<WebhookPanel>(parameters => parameters.Add(one => one.Trigger, Hook));

        panel.Find("[data-action=test-webhook]").Click();

        var told = Assert.Single(Services.GetRequiredService<Radzen.NotificationService>().Messages);
        Assert.Contains(words, $"{told.Summary} {told.Detail}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_HearsOfRunsThatEndWhileItIsRead()
    {
        Feed.NewestId = 7;
        Triggers.FiringsAsked = () => Feed.NewestId = 9;

        Render<TriggerHistory>(history => history.Add(one => one.Trigger, Hook));

        await Until(() => !Feed.ListCursors.IsEmpty);
        Assert.Equal([7], Feed.ListCursors);
    }

    [Fact]
    public async Task WhatHasNoFieldOfItsOwn_IsSaidAtTheForm()
    {
        Triggers.Refusal = RefusedException.Validation("until", "until is over already: give a moment to come, or none.");
        var dialog = Render<TriggerDialog>(parameters => parameters.Add(one => one.Trigger, Hook));

        await dialog.Find("form").SubmitAsync();

        Assert.Contains("until is over already", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }
}
