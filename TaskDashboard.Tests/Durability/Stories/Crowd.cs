using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Ledgers;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Durability.Stories;

/// <summary>
/// Many clients at once, who come back whenever the program does: with new tasks, with the questions that were not answered, and with the
/// cursors of what they were watching.
/// </summary>
internal sealed class Crowd(Ledger ledger, int seed)
{
    /// <summary>The builtin model at a tenth of its pace: its answers take seconds.</summary>
    public const string SlowModel = $"{SlowProvider}/assistant";

    private const string SlowProvider = "slow";

    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(90);

    private static readonly string[] Tools = ["list_files", "read_file", "search_files", "count_text", "write_file", "edit_file", "calculate", "wait"];

    private readonly HashSet<TaskAccount> done = [];
    private Cast? cast;

    /// <summary>What the program has to be started with, besides a <see cref="RemoteModel"/>'s settings.</summary>
    public static (string Key, string Value)[] Settings =>
    [
        ("Providers:builtin:Type", "Builtin"), ("Providers:builtin:PaceMilliseconds", "8"),
        ($"Providers:{SlowProvider}:Type", "Builtin"), ($"Providers:{SlowProvider}:PaceMilliseconds", "60"),
    ];

    /// <summary>Accounts whose tasks may still move, as far as is known.</summary>
    public IEnumerable<TaskAccount> Unsettled => ledger.Accounts.Where(account => !done.Contains(account));

    /// <summary>Nothing more happens to this task.</summary>
    public void MarkSettled(TaskAccount account) => done.Add(account);

    /// <summary>Begins new stories, and lets the viewers of old ones come back. What it returns ends when all is told, or shortly after the program is gone.</summary>
    /// <param name="client">To the program.</param>
    /// <param name="round">The number of the round.</param>
    /// <param name="tasks">How many new stories.</param>
    /// <param name="over">Ends what still goes on when the program is gone.</param>
    public async Task PlayAsync(HttpClient client, int round, int tasks, CancellationToken over)
    {
        var caller = new Caller(client, ledger);
        List<Task> playing = [.. Unsettled.Where(account => account is { Viewer: { Ended: false }, DeleteSent: false }).Select(account => account.Viewer!.WatchAsync(client, over))];
        try
        {
            cast ??= await EngageAsync(client);
        }
        catch (Exception gone) when (ServerGone.Explains(gone))
        {
            tasks = 0;
        }

        var teller = tasks == 0 ? null : new StoryTeller(ledger, cast!);
        for (var task = 0; task < tasks; task++)
        {
            var random = TestSeed.For(seed, (round * 1_000) + task);
            playing.Add(teller!.Invent(random).PlayAsync(caller, ledger, random, over));
        }

        await Task.WhenAll(playing);
    }

    /// <summary>Who got no answer asks again, and gets the answer of the first time if there was one.</summary>
    /// <param name="client">To the program.</param>
    /// <param name="accounts">Whose questions; those of stories that are still told are none of them.</param>
    /// <exception cref="ServerGoneException">The program went away meanwhile.</exception>
    public async Task RepeatUnansweredAsync(HttpClient client, IEnumerable<TaskAccount> accounts)
    {
        var caller = new Caller(client, ledger);
        foreach (var account in accounts.Where(account => !account.DeleteSent))
        {
            if (account.Id is null) await caller.CreateAsync(account);
            foreach (var message in account.Messages.Where(message => message is { MessageId: null, Refused: false })) await caller.SendMessageAsync(account, message);
        }
    }

    /// <summary>A request that is repeated long after its answer still gets the same one, and does nothing.</summary>
    public async Task RepeatAnsweredAsync(HttpClient client)
    {
        var caller = new Caller(client, ledger);
        foreach (var account in ledger.Accounts.Where(account => account is { Id: not null, DeleteSent: false }))
        {
            if (await caller.CreateAsync(account) != HttpStatusCode.OK) ledger.Surprise($"A repeated create of {account} was no 200.");
            foreach (var message in account.Messages.Where(message => message.MessageId is not null)) await caller.SendMessageAsync(account, message);
        }
    }

    /// <summary>Waits until nothing moves any more; what is paused is told to go on.</summary>
    /// <exception cref="TimeoutException">Some tasks never come to an end; the message has them.</exception>
    public async Task SettleAsync(HttpClient client)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var response = await client.GetAsync("/api/tasks?limit=200&status=pending,running,waiting");
            var live = (await response.JsonAsync()).Items();
            if (live.Count == 0) return;
            if (clock.Elapsed > SettleBound) throw new TimeoutException($"These never come to an end:\n{string.Join('\n', live)}");
            foreach (var paused in live.Where(task => task.String("reason") == "paused"))
            {
                using var resumed = await client.PostAsync($"/api/tasks/{paused.Id()}/resume", null);
                if (!resumed.IsSuccessStatusCode)
                    ledger.Surprise($"The paused {paused.Id()} could not be resumed: {await resumed.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Makes the agent of the stories; with a tool that runs commands where there is one.</summary>
    private static async Task<Cast> EngageAsync(HttpClient client)
    {
        using var able = await client.PostAsJsonAsync("/api/agents", new { name = "Handyman", tools = Tools.Append("run_command"), approval = new { mode = "allow_all" } });
        if (able.IsSuccessStatusCode) return new Cast((await able.Content.ReadFromJsonAsync<JsonElement>()).Id(), RunsCommands: true);
        using var plain = await client.PostAsJsonAsync("/api/agents", new { name = "Handyman", tools = Tools });
        return new Cast((await plain.JsonAsync(HttpStatusCode.Created)).Id(), RunsCommands: false);
    }
}
