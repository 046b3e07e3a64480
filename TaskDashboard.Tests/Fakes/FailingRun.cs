using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using TaskDashboard.Core.Providers;

namespace TaskDashboard.Tests.Fakes;

/// <summary>
/// A run of twelve steps that goes wrong at the seventh: the model call before it is answered only at the third attempt, then a file is not there, and the
/// agent asks for it until a limit ends the run.
/// </summary>
internal static class FailingRun
{
    public const string MissingFile = "report/summary.json";

    /// <summary>The setting under which it ends so.</summary>
    public static (string Key, string Value) Limit => ("Limits:MaxRepeatedCalls", "3");

    public static void Play(ScriptedModelProvider model) => model
        .Then(ScriptedModelProvider.Text("I look around."), Call("look", "list_files", ("path", ".")), Call("sum", "calculate", ("expression", "6 * 7")), ScriptedModelProvider.Usage(1_200, 40))
        .Then(Call("more", "calculate", ("expression", "1 + 1")), ScriptedModelProvider.Usage(1_300, 20))
        .Then((_, observer, token) => AtTheThirdAttemptAsync(observer, token))
        .Always((messages, _, _) => ScriptedModelProvider.Play([Read($"again_{messages.Count}"), ScriptedModelProvider.Usage(1_500, 30)]));

    private static ChatResponseUpdate Read(string id) => Call(id, "read_file", ("path", MissingFile));

    private static ChatResponseUpdate Call(string id, string tool, (string Name, object? Value) argument) => ScriptedModelProvider.Call(id, tool, argument);

    private static async IAsyncEnumerable<ChatResponseUpdate> AtTheThirdAttemptAsync(IModelCallObserver observer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (attempt, isLimited, cause) in new[] { (2, false, "The provider answered 503."), (3, true, "The provider answered 429.") })
        {
            await observer.RetryingAsync(new ModelRetry(attempt, DateTimeOffset.UtcNow, isLimited, cause), cancellationToken);
            await observer.RetryStartingAsync(attempt, cancellationToken);
        }

        yield return ScriptedModelProvider.Text("Now the report.");
        yield return Read("first");
        yield return ScriptedModelProvider.Usage(1_400, 30);
    }
}
