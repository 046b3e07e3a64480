using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// A model for several tasks at once: what it answers depends on the task's own conversation. Each task's script is chosen by how its first
/// message begins, and its steps are taken one after the other, the last one again and again.
/// </summary>
internal sealed class AgentScript
{
    private readonly Dictionary<string, ScriptedModelProvider.Script[]> roles = new(StringComparer.Ordinal);

    public AgentScript For(string beginning, params ScriptedModelProvider.Script[] steps)
    {
        roles.Add(beginning, steps);
        return this;
    }

    public void Play(ScriptedModelProvider model) => model.Always(Answer);

    private IAsyncEnumerable<ChatResponseUpdate> Answer(IReadOnlyList<ChatMessage> messages, IModelCallObserver observer, CancellationToken cancellationToken)
    {
        var order = messages.First(message => message.Role == ChatRole.User).Text;
        var steps = roles.First(role => order.StartsWith(role.Key, StringComparison.Ordinal)).Value;
        var step = messages.Count(message => message.Role == ChatRole.Assistant);
        return steps[Math.Min(step, steps.Length - 1)](messages, observer, cancellationToken);
    }

    public static ScriptedModelProvider.Script Says(string text) => (_, _, _) => ScriptedModelProvider.Say(text);

    public static ScriptedModelProvider.Script SaysAfter(Task gate, string text, string begun = "") => (_, _, token) => After(gate, begun, text, token);

    /// <summary>Begins to speak and fails at its provider: for good, or so that it may be tried again.</summary>
    public static ScriptedModelProvider.Script Fails(string text, bool retryable = false) => FailsAfter(Task.CompletedTask, text, retryable);

    public static ScriptedModelProvider.Script FailsAfter(Task gate, string text, bool retryable = false) => (_, _, token) => Broken(gate, text, retryable, token);

    /// <summary>Calls tools, all in one step.</summary>
    public static ScriptedModelProvider.Script Calls(params (string Tool, (string Name, object? Value)[] Arguments)[] calls) =>
        (messages, _, _) => ScriptedModelProvider.Play(
            [.. calls.Select((call, index) => ScriptedModelProvider.Call($"call_{messages.Count}_{index}", call.Tool, call.Arguments))]);

    public static (string Tool, (string Name, object? Value)[] Arguments) Call(string tool, params (string Name, object? Value)[] arguments) => (tool, arguments);

    private static async IAsyncEnumerable<ChatResponseUpdate> Broken(
        Task gate, string text, bool retryable, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ScriptedModelProvider.Text("One moment.");
        await gate.WaitAsync(cancellationToken);
        throw new ProviderException(retryable ? ProviderException.Unavailable : ProviderException.Rejected, text, retryable);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> After(
        Task gate, string begun, string text, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ScriptedModelProvider.Text(begun);
        await gate.WaitAsync(cancellationToken);
        yield return ScriptedModelProvider.Text(text);
    }
}
