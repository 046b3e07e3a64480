using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Identity;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Budgets;

/// <summary>Says that a budget is nearly used: in the server's log, in the task whose call it was, and for a tree in its topmost task too.</summary>
internal sealed class BudgetWarnings : BackgroundService
{
    private readonly BudgetLedger ledger;
    private readonly ITaskLog log;
    private readonly IdSource ids;
    private readonly ILogger<BudgetWarnings> logger;

    /// <summary>Each budget warns once until it is changed or its day ends: there are never many.</summary>
    private readonly Channel<(BudgetStanding Standing, AgentTask Task)> told = Channel.CreateUnbounded<(BudgetStanding, AgentTask)>(new UnboundedChannelOptions { SingleReader = true });

    public BudgetWarnings(BudgetLedger ledger, ITaskLog log, IdSource ids, ILogger<BudgetWarnings> logger)
    {
        (this.ledger, this.log, this.ids, this.logger) = (ledger, log, ids, logger);

        // Here rather than at its start: the first run may be faster.
        ledger.NearlyUsed += Note;
    }

    public override void Dispose()
    {
        ledger.NearlyUsed -= Note;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (standing, task) in told.Reader.ReadAllAsync(stoppingToken)) await TellAsync(standing, task);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server's log has it; the budgets page shows how each stands.
        }
    }

    /// <summary>On the writer's thread, which must not wait for itself.</summary>
    private void Note(BudgetStanding standing, AgentTask task) => told.Writer.TryWrite((standing, task));

    private async Task TellAsync(BudgetStanding standing, AgentTask task)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{standing.Budget.Noun} is nearly used: {standing.Spent:0.00##} of {standing.Budget.Usd:0.00##} US dollars are spent. At its end, what needs more waits until it is raised.");
        logger.LogWarning("{BudgetId}, of {Scope} {Target}: {Text}", standing.Budget.Id, standing.Budget.Scope, standing.Budget.Target, text);
        try
        {
            await SayAsync(task.Id, text);
            if (standing.Budget.Scope == BudgetScope.Tree && standing.Budget.Target != task.Id) await SayAsync(standing.Budget.Target, text);
        }
        catch (RefusedException refused)
        {
            logger.LogWarning("It could not be said in {TaskId}: {Reason}", task.Id, refused.Message);
        }
    }

    /// <summary>A task that has ended needs nothing more.</summary>
    private async Task SayAsync(string taskId, string text) =>
        await log.ChangeAsync(taskId, current => current.Status.IsTerminal() ? null : new TaskChange { Log = [UserMessage.Notice(ids, current, text)] });
}
