using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Triggers;

/// <summary>An engine on a clock of the test's own, with a model that echoes what it was sent, and its triggers.</summary>
internal sealed class TriggerEngine(Engine engine, ManualTimeProvider time) : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public Engine Engine => engine;

    public ManualTimeProvider Time => time;

    public ITriggerService Triggers => engine.Services.GetRequiredService<ITriggerService>();

    public IWebhookReceiver Webhooks => engine.Services.GetRequiredService<IWebhookReceiver>();

    public static async Task<TriggerEngine> StartAsync(Action<ScriptedModelProvider>? script = null, string? directory = null, ManualTimeProvider? time = null)
    {
        time ??= new ManualTimeProvider(Start);
        return new TriggerEngine(await Engine.StartAsync(script ?? Echo, directory, time), time);
    }

    /// <summary>Answers with everything that people said in the conversation so far.</summary>
    public static void Echo(ScriptedModelProvider model) => model.Always((messages, _, _) => ScriptedModelProvider.Say(
        string.Join(" | ", messages.Where(message => message.Role == Microsoft.Extensions.AI.ChatRole.User).Select(message => message.Text))));

    public static TriggerDefinition Every(long seconds, string message = "Tick") => new() { Name = "Every", Message = message, EveryS = seconds };

    public static TriggerDefinition Cron(string expression, string message = "Tick", string zone = "UTC") => new() { Name = "Cron", Message = message, Cron = expression, TimeZone = zone };

    public Task<Trigger> AloneAsync(TriggerDefinition definition) => Triggers.CreateAsync(null, definition with { Order = new TriggerOrder(engine.AgentId) });

    public async Task<AgentTask> EndedTaskAsync(string message = "Begin")
    {
        var task = await engine.CreateAsync(message);
        return await engine.WaitForAsync(task.Id, task => task.Status.IsTerminal());
    }

    public async Task<IReadOnlyList<TriggerFiring>> HistoryAsync(string triggerId) => [.. (await Triggers.ListFiringsAsync(triggerId, null, 200)).Reverse()];

    /// <summary>Waits until the history of a trigger, the oldest first, is as wanted.</summary>
    public async Task<IReadOnlyList<TriggerFiring>> WaitForAsync(string triggerId, Func<IReadOnlyList<TriggerFiring>, bool> wanted)
    {
        IReadOnlyList<TriggerFiring> history = [];
        try
        {
            await Eventually.TrueAsync(async () => wanted(history = await HistoryAsync(triggerId)));
            return history;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The history never was as wanted; last: {string.Join(", ", history.Select(firing => $"{firing.DueAt:HH:mm:ss} {firing.Outcome} {firing.Reason} {firing.RunOutcome}"))}. {Triggers.Find(triggerId)?.StateText} {string.Join('\n', engine.Logs.Lines)}");
        }
    }

    /// <summary>Moves the clock by one period and waits until what is due has run.</summary>
    public async Task<IReadOnlyList<TriggerFiring>> RunNextAsync(string triggerId)
    {
        var due = Triggers.Find(triggerId)!.NextAt!.Value;
        time.Advance(due - time.GetUtcNow());
        return await WaitForAsync(triggerId, history => history.Any(firing => firing.DueAt == due && firing.RunEndedAt is not null));
    }

    public async Task<Trigger> WaitForStateAsync(string triggerId, TriggerState state)
    {
        await Eventually.TrueAsync(() => Triggers.Find(triggerId)?.State == state);
        return Triggers.Find(triggerId)!;
    }

    /// <summary>What the model was sent as the user's words, in the last call for a task whose first message is this.</summary>
    public string LastHeard(string first) => string.Join(" | ", engine.Model.Calls.Last(call => call.First(message => message.Role == Microsoft.Extensions.AI.ChatRole.User).Text.StartsWith(first, StringComparison.Ordinal))
        .Where(message => message.Role == Microsoft.Extensions.AI.ChatRole.User).Select(message => message.Text));

    public async ValueTask DisposeAsync() => await engine.DisposeAsync();
}
