using Microsoft.EntityFrameworkCore;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Triggers;

/// <summary>The history of triggers is bounded, each trigger's for itself.</summary>
public sealed class FiringHistoryTests
{
    [Fact]
    public async Task OldFirings_GoWhenThereAreMore_ThoseThatWaitStay_AndOtherTriggersKeepTheirs()
    {
        using var bare = new BareStore();
        var history = new FiringHistory(most: 5, every: 2);

        await bare.Store.Writer.EnqueueAsync(batch =>
        {
            history.Insert(batch, Firing("quiet", 0));
            history.Insert(batch, Firing("busy", 0) with { Outcome = FiringOutcome.Queued });
            for (var slot = 1; slot <= 20; slot++) history.Insert(batch, Firing("busy", slot));
            return true;
        }, WritePatience.WhileSomebodyWaits);

        await using var context = bare.Store.Contexts.CreateDbContext();
        var kept = await context.Firings.OrderBy(row => row.Id).Select(row => row.TriggerId + row.Slot).ToListAsync();
        Assert.Equal(["quiet0", "busy0", "busy16", "busy17", "busy18", "busy19", "busy20"], kept);
    }

    private static TriggerFiring Firing(string trigger, int slot) =>
        new() { TriggerId = trigger, Slot = slot.ToString(System.Globalization.CultureInfo.InvariantCulture), Outcome = FiringOutcome.Skipped, DueAt = DateTimeOffset.UnixEpoch, ThroughAt = DateTimeOffset.UnixEpoch };
}
