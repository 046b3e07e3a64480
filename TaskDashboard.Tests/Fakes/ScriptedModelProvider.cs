using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Fakes;

/// <summary>A model whose answers a test writes: one script for each call, in order, the last one again and again.</summary>
public sealed class ScriptedModelProvider : IModelProvider, IModelCatalog
{
    private readonly ConcurrentQueue<Script> scripts = new();
    private Script fallback = (_, _, cancellationToken) => Say("Done.");

    public delegate IAsyncEnumerable<ChatResponseUpdate> Script(IReadOnlyList<ChatMessage> messages, IModelCallObserver observer, CancellationToken cancellationToken);

    public ConcurrentQueue<IReadOnlyList<ChatMessage>> Calls { get; } = new();

    public string Name => "scripted";

    public bool SeesImages { get; set; }

    public bool TakesImages(string model) => SeesImages;

    IReadOnlyList<string> IModelProvider.Models => ["model"];

    public IReadOnlyList<ModelDescription> Models => [new ModelDescription(DefaultModel, Name, true)];

    public string DefaultModel => "scripted/model";

    /// <summary>The models of roles, as the settings would name them.</summary>
    public Dictionary<string, string> Roles { get; } = new(StringComparer.Ordinal);

    public string ForRole(string role) => Roles.GetValueOrDefault(role, DefaultModel);

    public bool TryResolve(string fullName, out IModelProvider? provider, out string model, out string problem)
    {
        (provider, model, problem) = (this, "model", "There are only scripted/model and scripted/other.");
        return fullName == DefaultModel || fullName == "scripted/other";
    }

    public ScriptedModelProvider Then(Script script)
    {
        scripts.Enqueue(script);
        return this;
    }

    public ScriptedModelProvider Then(params ChatResponseUpdate[] updates) => Then((_, _, _) => Play(updates));

    public ScriptedModelProvider Always(Script script)
    {
        fallback = script;
        return this;
    }

    /// <summary>What each call is said to have used besides, by what it was allowed to; null for nothing.</summary>
    public Func<ChatOptions, (long Input, long Output)>? Charge { get; set; }

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        string model, IReadOnlyList<ChatMessage> messages, ChatOptions options, IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Calls.Enqueue([.. messages]);
        var script = scripts.TryDequeue(out var next) ? next : fallback;
        await foreach (var update in script(messages, observer, cancellationToken).WithCancellation(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }

        if (Charge?.Invoke(options) is { } used) yield return Usage(used.Input, used.Output);
    }

    public static IAsyncEnumerable<ChatResponseUpdate> Say(params string[] pieces) => Play([.. pieces.Select(Text), Usage(10, pieces.Length)]);

    /// <summary>Says the pieces, then waits for the gate before it ends.</summary>
    public static async IAsyncEnumerable<ChatResponseUpdate> SayThenWait(
        IEnumerable<string> pieces, Task gate, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var piece in pieces) yield return Text(piece);
        await gate.WaitAsync(cancellationToken);
    }

    /// <summary>Begins to speak, waits for the gate, then wants a sum.</summary>
    public static async IAsyncEnumerable<ChatResponseUpdate> CallAfter(Task gate, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return Text("One moment.");
        await gate.WaitAsync(cancellationToken);
        yield return Call("call", "calculate", ("expression", "1+1"));
    }

    public static ChatResponseUpdate Text(string text) => new(ChatRole.Assistant, text);

    public static ChatResponseUpdate Thought(string text) => new(ChatRole.Assistant, [new TextReasoningContent(text)]);

    public static ChatResponseUpdate Call(string id, string tool, params (string Name, object? Value)[] arguments) =>
        new(ChatRole.Assistant, [new FunctionCallContent(id, tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value))]);

    public static ChatResponseUpdate Usage(long input, long output) =>
        new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output })]);

    public static async IAsyncEnumerable<ChatResponseUpdate> Play(IReadOnlyList<ChatResponseUpdate> updates)
    {
        foreach (var update in updates) yield return update;
        await Task.CompletedTask;
    }
}
