using System.Globalization;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Costs;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Budgets;

/// <summary>Has each model call of a run wait until its budgets have room for the worst that it can cost.</summary>
internal sealed class CallBudget(BudgetLedger ledger, PriceTable prices, RunSlots slots, TimeProvider time)
{
    /// <summary>So many tokens an answer may have where a budget has room for them.</summary>
    private const int MostOutput = 16_000;

    /// <summary>What a wait says changes with every call of others; this often it is written down anew, and not for each of them.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    /// <summary>Sets aside what the call may cost at worst, and tells the call how long its answer may be. Waits without a slot, and with the run's clock held.</summary>
    /// <param name="run">The run.</param>
    /// <param name="recorder">Writes that it waits.</param>
    /// <param name="size">The most tokens that the call sends; asked only where there is a budget.</param>
    /// <param name="options">Of the call.</param>
    /// <returns>To be given back behind the commit of what the call did cost; null where no budget is for the task.</returns>
    /// <exception cref="OperationCanceledException">The run has to leave.</exception>
    public async ValueTask<BudgetHold?> EnterAsync(LiveRun run, RunRecorder recorder, Func<ValueTask<long>> size, ChatOptions options)
    {
        options.MaxOutputTokens = null;
        if (ledger.IsEmpty) return null;
        long? sent = null;
        var (waits, told) = (false, 0L);
        try
        {
            while (true)
            {
                // Before the look: what moves in between is not missed.
                var moved = ledger.WhenMoved();
                var price = prices.Find(recorder.Model, time.GetUtcNow());
                if (price is { Input: 0, Output: 0, CachedInput: 0 }) return null;
                var (hold, missing) = ledger.TryHold(recorder.Task, price, sent ??= await size(), MostOutput);
                if (missing is null)
                {
                    if (waits) await GoOnAsync(run, recorder, hold);
                    options.MaxOutputTokens = hold?.MaxOutput;
                    return hold;
                }

                var until = missing.Budget.IsDaily ? new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date.AddDays(1), TimeSpan.Zero) : (DateTimeOffset?)null;
                if (!waits) run.HoldTimeout();
                var text = TextOf(missing, price, recorder.Model);
                var isWritten = await recorder.RecordAsync(current => current is { Status: AgentTaskStatus.Running, Reason: not ReasonCodes.Stopping }
                    || (current is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Budget } && (current.DueAt != until || (current.ReasonText != text && time.GetElapsedTime(told) >= Refresh)))
                    ? new TaskChange { Transition = new TaskTransition(AgentTaskStatus.Waiting, ReasonCodes.Budget, text, until) }
                    : null);
                if (isWritten) told = time.GetTimestamp();
                if (!waits) slots.Yield(run);
                waits = true;
                var isStale = recorder.Task is { Status: AgentTaskStatus.Waiting, Reason: ReasonCodes.Budget } said && said.ReasonText != text;
                await WaitAsync(moved, until, isStale ? Refresh - time.GetElapsedTime(told) : null, run.Leaving);
            }
        }
        finally
        {
            if (waits) run.ContinueTimeout();
        }
    }

    private async Task GoOnAsync(LiveRun run, RunRecorder recorder, BudgetHold? hold)
    {
        try
        {
            await slots.RegainAsync(recorder.Task, run, run.Leaving);
            await recorder.LeaveWaitAsync(ReasonCodes.Budget, RunChanges.Answering);
        }
        catch
        {
            hold?.Dispose();
            throw;
        }
    }

    private async Task WaitAsync(Task moved, DateTimeOffset? until, TimeSpan? refresh, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // The day may have turned while the wait was written down.
        var turn = until - time.GetUtcNow();
        if ((refresh is null || turn < refresh ? turn : refresh) is not { } left)
        {
            await moved.WaitAsync(cancellationToken);
            return;
        }

        if (left <= TimeSpan.Zero) return;
        using var due = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(moved.WaitAsync(cancellationToken), Task.Delay(left, time, due.Token));
        await due.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static string TextOf(BudgetStanding missing, ModelPrice? price, string model)
    {
        var name = missing.Budget.Noun;
        return price is null
            ? $"{name} cannot be held: no price is known for {model}. Set it (TaskDashboard:Prices), or remove the budget."
            : string.Create(CultureInfo.InvariantCulture, $"{name} is {missing.Budget.Usd:0.00##} US dollars, of which {missing.Spent:0.00##} are spent{(missing.Reserved > 0 ? $" and {missing.Reserved:0.00##} set aside for calls that are under way" : "")}: the next call may cost more than is left. Raise it to go on.");
    }
}
