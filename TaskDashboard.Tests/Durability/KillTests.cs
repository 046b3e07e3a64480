using System.Diagnostics;
using Microsoft.Data.Sqlite;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Api;
using TaskDashboard.Tests.Durability.Expectations;
using TaskDashboard.Tests.Durability.Ledgers;
using TaskDashboard.Tests.Durability.Stories;
using TaskDashboard.Tests.Fixtures;
using Xunit.Abstractions;

namespace TaskDashboard.Tests.Durability;

/// <summary>
/// Promises 1 to 4, against the real program and kill -9: nothing that was acknowledged is lost, nothing that was shown changes, nothing happens
/// twice, and what was cut off is told as it is.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int TasksPerRound = 20;

    /// <summary>How long the program takes until it listens where nobody else is at work.</summary>
    private static readonly TimeSpan UsualStart = TimeSpan.FromSeconds(1.8);

    /// <summary>Text is checkpointed within a second; half of one is for a machine that is busy.</summary>
    private static readonly TimeSpan CheckpointBound = TimeSpan.FromSeconds(1.5);

    private readonly string directory = Directory.CreateTempSubdirectory("taskdashboard-kill-").FullName;
    private readonly Ledger ledger = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();

    [Fact]
    public async Task Kill_AtRandomInstants_LosesNothingDoublesNothingAndHidesNothing()
    {
        var rounds = LongForm.Pick(30, 200);
        var seed = TestSeed.Choose();
        output.WriteLine($"{TestSeed.Variable}={seed}, {rounds} rounds with {TasksPerRound} tasks each.");
        await using var model = await RemoteModel.StartAsync();
        (string, string)[] settings = [.. model.Settings, .. Crowd.Settings];
        var crowd = new Crowd(ledger, seed);
        for (var round = 1; round <= rounds; round++)
        {
            var random = TestSeed.For(seed, round);
            if (random.Next(5) == 0) await KillWhileItStartsAsync(settings, random);
            await using var program = await DashboardProcess.StartAsync(directory, settings);
            await WorkAndKillAsync(program, crowd, round, random);
        }

        await using var last = await DashboardProcess.StartAsync(directory, settings);
        await crowd.RepeatUnansweredAsync(last.Client, ledger.Accounts);
        await crowd.SettleAsync(last.Client);
        await crowd.RepeatAnsweredAsync(last.Client);
        var audit = new LedgerAudit(last.Client, ledger);
        Hold(await audit.CheckAsync(ledger.Accounts, settled: true), "behind the last round", last);
        Hold([.. await audit.CheckListAsync(), .. await SelfCheckExpectations.ViolationsAsync(last.Client)], "behind the last round", last);
        Assert.Equal(0, await last.StopAsync());
        CheckDatabase();
        Report(audit.Histories);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private async Task KillWhileItStartsAsync((string, string)[] settings, Random random)
    {
        await using var program = DashboardProcess.Launch(directory, settings);
        await Task.Delay(random.Next(200, 1_600));
        await program.KillAsync();
    }

    private async Task WorkAndKillAsync(DashboardProcess program, Crowd crowd, int round, Random random)
    {
        using var over = new CancellationTokenSource();
        var slowness = Math.Clamp(program.SinceLaunch / UsualStart, 1, 5);
        var checking = CheckUnsettledAsync(program, crowd, round);
        var playing = crowd.PlayAsync(program.Client, round, TasksPerRound, over.Token);

        // Most kills come while everything begins, some when it is well under way; later on a machine that is slow, so as to hit the same.
        var instant = random.NextDouble();
        await Task.Delay(TimeSpan.FromSeconds(0.05 + (2.4 * instant * instant)) * slowness);
        var checkpointed = Stopwatch.GetTimestamp() - (long)(CheckpointBound.TotalSeconds * slowness * Stopwatch.Frequency);
        await program.KillAsync();
        await over.CancelAsync();
        await Task.WhenAll(checking, playing);
        foreach (var account in crowd.Unsettled) account.Viewer?.KeepTextsReadBefore(checkpointed);
    }

    /// <summary>What the rounds before left is looked at while new work comes in, for as long as the program lives.</summary>
    private async Task CheckUnsettledAsync(DashboardProcess program, Crowd crowd, int round)
    {
        List<TaskAccount> accounts = [.. crowd.Unsettled];
        try
        {
            await crowd.RepeatUnansweredAsync(program.Client, accounts);
            var audit = new LedgerAudit(program.Client, ledger);
            Hold([.. await audit.CheckAsync(accounts, settled: false), .. await SelfCheckExpectations.ViolationsAsync(program.Client)], $"in round {round}", program);
            foreach (var account in accounts.Where(account => account.DeleteAcknowledged)) crowd.MarkSettled(account);
            foreach (var (account, _) in audit.Histories.Where(found => found.Value.Status.IsTerminal())) crowd.MarkSettled(account);
        }
        catch (Exception gone) when (gone is ServerGoneException || ServerGone.Explains(gone))
        {
            // The next round, or the end, looks at them.
        }
    }

    private void CheckDatabase()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "taskdashboard.db")};Pooling=false");
        connection.Open();
        Assert.Equal("ok", Ask(connection, "PRAGMA integrity_check"));
        Assert.Equal(0L, Ask(connection, "SELECT count(*) FROM messages WHERE state = 0"));
        Assert.Equal(0L, Ask(connection, "SELECT count(*) FROM runs WHERE outcome IS NULL"));
    }

    private static object? Ask(SqliteConnection connection, string question)
    {
        using var command = connection.CreateCommand();
        command.CommandText = question;
        return command.ExecuteScalar();
    }

    private static void Hold(IReadOnlyList<string> violations, string when, DashboardProcess program) =>
        Assert.True(violations.Count == 0, $"{violations.Count} violations {when}:\n{string.Join("\n\n", violations.Take(20))}\n\nThe program's log:\n{program.Log}");

    private void Report(IReadOnlyDictionary<TaskAccount, TaskHistory> histories)
    {
        var results = histories.Values.SelectMany(history => history.EventsOf("tool_result")).Select(item => item.GetProperty("data").String("status")).ToList();
        var interrupted = histories.Values.SelectMany(history => history.Runs).Count(run => run.String("outcome") == "interrupted");
        var cancels = ledger.Accounts.Count(account => account.CancelAcknowledged);
        var messages = ledger.Accounts.Sum(account => account.Messages.Count(message => message.MessageId is not null));
        output.WriteLine(
            $"{clock.Elapsed.TotalSeconds:0} s; {ledger.Accounts.Count} tasks, {messages} messages, {cancels} cancels, "
            + $"{ledger.Accounts.Count(account => account.DeleteAcknowledged)} deletes acknowledged; {interrupted} runs interrupted, {results.Count} tool calls of which {results.Count(status => status == "unknown")} unknown; "
            + $"{ledger.Accounts.Sum(account => account.Viewer?.KeptTexts.Count ?? 0)} partial texts held to their checkpoint.");

        // A test that hit nothing has shown nothing.
        Assert.True(interrupted > 0 && results.Contains("unknown") && messages > 0 && cancels > 0, "The kills hit no work.");
    }
}
