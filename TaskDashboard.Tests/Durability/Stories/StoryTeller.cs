using System.Globalization;
using TaskDashboard.Tests.Durability.Ledgers;

namespace TaskDashboard.Tests.Durability.Stories;

/// <summary>Who tasks are given to.</summary>
/// <param name="AgentId">An agent that has every tool that the stories ask for.</param>
/// <param name="RunsCommands">Whether there is a tool that runs commands.</param>
internal sealed record Cast(string AgentId, bool RunsCommands);

/// <summary>Makes up what people do with tasks, at random: every kind of work, and every verb at any moment of it.</summary>
internal sealed class StoryTeller(Ledger ledger, Cast cast)
{
    private static readonly string[] Modes = ["queue", "steer", "interrupt", "reject"];

    private readonly List<Func<int, Random, Story>> kinds =
    [
        Says, SaysSlowly, Waits, InParallel, HasEffects(cast), HasEffects(cast), HasEffects(cast), IsRemote, IsRemote, IsSpokenTo, IsSpokenTo, IsQueuedFor, IsQueuedFor,
        IsCancelled, IsCancelled, IsCancelledAndContinued, IsDeleted, GoesOn, RunsOutOfTime, IsPaused, WaitsLong,
    ];

    /// <summary>A new story, with an account of its own in the ledger.</summary>
    public Story Invent(Random random)
    {
        var number = ledger.NextNumber;
        var story = kinds[number % kinds.Count](number, random);
        var account = story.Account;
        account.Body["agent_id"] = cast.AgentId;
        account.Body.TryAdd("model", "builtin/assistant");
        account.Body["title"] = $"Story {number}";
        account.Body["priority"] = random.Next(4);
        account.Body["metadata"] = new Dictionary<string, string> { ["story"] = number.ToString(CultureInfo.InvariantCulture) };
        ledger.Open(account);
        if (random.Next(2) == 0 || story.IsWatched) account.Viewer = new TaskViewer(account, ledger);
        return story;
    }

    private static Story Says(int number, Random random) => new(new TaskAccount(number, "says", $"say {random.Next(20, 160)} words"));

    /// <summary>Long enough to be checkpointed in the middle, and always watched.</summary>
    private static Story SaysSlowly(int number, Random random) =>
        new(new TaskAccount(number, "says slowly", $"say {random.Next(40, 70)} words") { Body = { ["model"] = Crowd.SlowModel } }) { IsWatched = true };

    private static Story Waits(int number, Random random) => new(new TaskAccount(
        number, "waits", $"wait {random.Next(1, 10) / 10.0:0.0} seconds, then write \"out {number}\" to out.txt, then read out.txt, then say {random.Next(5, 30)} words"));

    private static Story InParallel(int number, Random random) => new(new TaskAccount(
        number, "in parallel",
        $"in parallel: wait {random.Next(1, 5) / 10.0:0.0} seconds, wait {random.Next(5, 15) / 10.0:0.0} seconds and calculate {number} * 7; then say {random.Next(5, 60)} words"));

    /// <summary>Each call adds a word to a file, so that a call that is made twice is there twice.</summary>
    private static Func<int, Random, Story> HasEffects(Cast cast) => (number, random) =>
    {
        string[] words = [.. Enumerable.Range(1, 6).Select(step => $"e{number}x{step}x")];
        var steps = cast.RunsCommands && random.Next(2) == 0
            ? words.Select(word => $"run echo {word} >> effects.txt")
            : words.Select(word => $"replace \"last\" with \"{word} last\" in effects.txt").Prepend("write \"last\" to effects.txt");
        return new Story(new TaskAccount(number, "effects", string.Join(", then ", steps)) { Effects = words });
    };

    private static Story IsRemote(int number, Random random) => new(new TaskAccount(number, "remote", $"remote {number}") { Body = { ["model"] = RemoteModel.Name } })
    {
        Plot = async (account, caller, pause) =>
        {
            for (var message = random.Next(0, 4); message > 0; message--)
            {
                await pause(300);
                await caller.SendMessageAsync(account, $"repeat r{number}x{account.Messages.Count}x", Modes[random.Next(3)]);
            }
        },
    };

    private static Story IsSpokenTo(int number, Random random) => new(new TaskAccount(number, "spoken to", $"say {random.Next(20, 120)} words"))
    {
        Plot = async (account, caller, pause) =>
        {
            for (var message = random.Next(1, 5); message > 0; message--)
            {
                await pause(400);
                await caller.SendMessageAsync(account, $"repeat m{number}x{account.Messages.Count}x", Modes[random.Next(Modes.Length)]);
            }
        },
    };

    private static Story IsQueuedFor(int number, Random random) => new(new TaskAccount(number, "queued for", "wait 0.2 seconds, then say 20 words") { AnswersEachMessage = true })
    {
        Plot = async (account, caller, pause) =>
        {
            for (var message = random.Next(1, 6); message > 0; message--)
            {
                await pause(300);
                await caller.SendMessageAsync(account, $"repeat q{number}x{account.Messages.Count}x", "queue");
            }
        },
    };

    private static Story IsCancelled(int number, Random random) => new(new TaskAccount(number, "cancelled", random.Next(2) == 0 ? "say 150 words" : "wait 4 seconds, then say 10 words"))
    {
        Plot = async (account, caller, pause) =>
        {
            await pause(600);
            await caller.CancelAsync(account);
        },
    };

    private static Story IsCancelledAndContinued(int number, Random random) => new(new TaskAccount(number, "cancelled and continued", "say 150 words"))
    {
        Plot = async (account, caller, pause) =>
        {
            await pause(500);
            await caller.CancelAsync(account);
            await pause(200);
            if (random.Next(2) == 0) await caller.RetryAsync(account);
            else await caller.SendMessageAsync(account, $"repeat c{number}x", "queue");
        },
    };

    private static Story IsDeleted(int number, Random random) => new(new TaskAccount(
        number, "deleted", random.Next(2) == 0 ? "say 100 words" : "wait 1 second, then write \"x\" to x.txt"))
    {
        Plot = async (account, caller, pause) =>
        {
            await pause(800);
            await caller.DeleteAsync(account);
        },
    };

    private static Story GoesOn(int number, Random random) => new(new TaskAccount(number, "goes on", $"repeat first {number}") { AnswersEachMessage = true })
    {
        Plot = async (account, caller, pause) =>
        {
            for (var turn = 0; turn < 5; turn++)
            {
                await pause(300);
                await caller.SendMessageAsync(account, $"repeat t{number}x{turn}x", "queue");
            }
        },
    };

    private static Story RunsOutOfTime(int number, Random random) => new(new TaskAccount(number, "out of time", "wait 30 seconds") { MayTimeOut = true, Body = { ["timeout_s"] = 1 } })
    {
        Plot = async (account, caller, pause) =>
        {
            // Long enough, as a rule, to find it failed.
            for (var part = 0; part < 4; part++) await pause(700);
            await caller.RetryAsync(account);
        },
    };

    private static Story IsPaused(int number, Random random) => new(new TaskAccount(number, "paused", $"wait 0.3 seconds, then calculate {number} + 1, then say 20 words"))
    {
        Plot = async (account, caller, pause) =>
        {
            await pause(250);
            await caller.PauseAsync(account);
            await pause(500);
            if (random.Next(2) == 0) await caller.ResumeAsync(account);
        },
    };

    private static Story WaitsLong(int number, Random random) => new(new TaskAccount(number, "waits long", $"in parallel: wait 4 seconds and calculate {number} - 1"));
}
