using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Replays;

/// <summary>Tasks that go all the ways that runs go, each by its own seed: the order says the seed, and the model works out from it and the conversation what comes next.</summary>
internal sealed class RandomRuns(Func<Engine> engine)
{
    private const string Order = "Random run ";

    public static string OrderOf(int seed) => $"{Order}{seed}";

    public void Play(ScriptedModelProvider model) => model.Always(AnswerAsync);

    private async IAsyncEnumerable<ChatResponseUpdate> AnswerAsync(IReadOnlyList<ChatMessage> messages, IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seed = int.Parse(messages.First(message => message.Role == ChatRole.User).Text[Order.Length..], System.Globalization.CultureInfo.InvariantCulture);
        var turn = messages.Count(message => message.Role == ChatRole.Assistant);
        var heard = messages.Count(message => message.Role == ChatRole.User);
        var random = new Random(seed * 1_000 + turn * 10 + heard);
        var last = turn >= 1 + seed % 5;
        for (var retry = random.Next(4) == 0 ? 2 : 0; retry > 0; retry--)
        {
            await observer.RetryingAsync(new ModelRetry(4 - retry, DateTimeOffset.UtcNow, random.Next(2) == 0, "It was busy."), cancellationToken);
            await observer.RetryStartingAsync(4 - retry, cancellationToken);
        }

        if (random.Next(3) == 0) yield return new ChatResponseUpdate(ChatRole.Assistant, [new TextReasoningContent($"Thinking {turn}") { ProtectedData = $"signed {turn}" }]);
        for (var piece = random.Next(1, 6); piece > 0; piece--) yield return ScriptedModelProvider.Text($"Piece {piece} of {turn} 😀 ");
        yield return ScriptedModelProvider.Usage(random.Next(1, 1_000), random.Next(1, 500));
        if (last)
        {
            if (seed % 7 == 3) throw new ProviderException(ProviderException.Cut, "The stream was cut.", retryable: false);
            if (seed % 7 == 5) await StopAsync(messages, cancellationToken);
            yield break;
        }

        if (seed % 4 == 1 && turn == 0 && heard == 1) await SayAsync(messages, "And quickly, please.", MessageMode.Steer);
        if (seed % 4 == 2 && turn == 0 && heard == 1)
        {
            await SayAsync(messages, "No, wait.", MessageMode.Interrupt);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        for (var call = random.Next(1, 4); call > 0; call--)
        {
            yield return random.Next(5) switch
            {
                0 => ScriptedModelProvider.Call($"call_{turn}_{call}", "calculate", ("expression", "1 / ")),
                1 => ScriptedModelProvider.Call($"call_{turn}_{call}", "no_such_tool", ("what", "ever")),
                2 => ScriptedModelProvider.Call("", "write_file", ("path", $"{turn}-{call}.txt"), ("content", $"From {turn}")),
                _ => ScriptedModelProvider.Call($"call_{turn}", "calculate", ("expression", $"{turn} + {call} * {random.Next(100)}")),
            };
        }
    }

    private async Task SayAsync(IReadOnlyList<ChatMessage> messages, string text, MessageMode mode) => await engine().Tasks.SendMessageAsync(await FindAsync(messages), new SendMessage(text, mode));

    private async Task StopAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken)
    {
        await engine().Tasks.CancelAsync(await FindAsync(messages), CancelScope.Task, "you", CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private async Task<string> FindAsync(IReadOnlyList<ChatMessage> messages)
    {
        var order = messages.First(message => message.Role == ChatRole.User).Text;
        var page = await engine().Reader.ListAsync(new TaskQuery { Limit = 200 });
        return page.Items.Single(task => task.Title == order).Id;
    }
}
