using System.Net;
using TaskDashboard.Tests.Durability.Ledgers;

namespace TaskDashboard.Tests.Durability.Stories;

/// <summary>One task, and what is done to it until it is over or the program goes away.</summary>
internal sealed class Story(TaskAccount account)
{
    public TaskAccount Account { get; } = account;

    /// <summary>Whether somebody watches it in any case, and not by chance.</summary>
    public bool IsWatched { get; init; }

    /// <summary>What follows the create. The function that it is given lets a random time pass, up to so many milliseconds.</summary>
    public Func<TaskAccount, Caller, Func<int, Task>, Task> Plot { get; init; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Plays it to its end, or to the end of the program.</summary>
    public async Task PlayAsync(Caller caller, Ledger ledger, Random random, CancellationToken over)
    {
        Func<int, Task> pause = async most => await Task.Delay(random.Next(most), over);
        var watching = Task.CompletedTask;
        try
        {
            await pause(700);
            if (await caller.CreateAsync(Account) != HttpStatusCode.Created) ledger.Surprise($"The first create of {Account} was no 201.");
            if (Account.Viewer is { } viewer) watching = viewer.WatchAsync(caller.Client, over);
            await Plot(Account, caller, pause);
        }
        catch (Exception gone) when (gone is ServerGoneException or OperationCanceledException)
        {
            // The rest of the story is never told; what was acknowledged by now has to hold.
        }

        await watching;
    }
}
