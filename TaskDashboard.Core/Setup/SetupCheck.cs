using System.Collections.Concurrent;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Processes;
using TaskDashboard.Core.Processes.Sandboxing;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Setup;

/// <summary>Looks at models, programs and the data directory.</summary>
internal sealed class SetupCheck(IModelCatalog catalog, ICommandSandbox sandbox, Store store, IOptions<DashboardOptions> options, TimeProvider time) : ISetupCheck, IDisposable
{
    /// <summary>Less room than this, in bytes, is soon used up by one busy day.</summary>
    public const long LeastRoom = 500L * 1024 * 1024;

    /// <summary>How long a model may take for a word. One that runs on the same machine may have to be loaded first.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string Builtin = "builtin";
    private const string Sandbox = "bwrap";
    private const int MostTokens = 16;

    /// <summary>What tools use where it is there.</summary>
    public static readonly IReadOnlyList<string> Programs = ["git", "rg", Sandbox];

    /// <summary>An answer is good for so long.</summary>
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim asking = new(1);
    private readonly ConcurrentDictionary<string, ModelSetup> asked = new(StringComparer.Ordinal);

    public async Task<SetupReport> LookAsync(CancellationToken cancellationToken = default) =>
        new([.. catalog.Models.Select(Known)], await LookForProgramsAsync(), LookAtDataDirectory());

    public async Task<ModelSetup> AskAsync(string model, CancellationToken cancellationToken = default)
    {
        if (!catalog.TryResolve(model, out var provider, out var name, out var problem)) throw RefusedException.Validation("model", problem);
        var known = catalog.Models.FirstOrDefault(one => one.Id == model);
        await asking.WaitAsync(cancellationToken);
        try
        {
            // Whoever asks in a loop pays once.
            if (asked.TryGetValue(model, out var before) && time.GetUtcNow() - before.AskedAt < AskedAgainAfter) return before;
            var answer = await AskOnceAsync(provider!, name, known ?? new ModelDescription(model, provider!.Name, IsDefault: false), cancellationToken);
            if (known is not null) asked[model] = answer;
            return answer;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<ModelSetup> AskOnceAsync(IModelProvider provider, string name, ModelDescription model, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var began = time.GetTimestamp();
        var answer = Of(model) with { Status = SetupStatus.Failing, AskedAt = time.GetUtcNow() };
        try
        {
            answer = answer with { Problem = "It ended its answer without a word." };
            await foreach (var update in provider.StreamAsync(name, [new ChatMessage(ChatRole.User, "Say OK")], new ChatOptions { MaxOutputTokens = MostTokens }, NoObserver.Instance, ending.Token))
            {
                if (update.Contents.All(content => content is UsageContent)) continue;
                answer = answer with { Status = SetupStatus.Ok, Problem = null, FirstTokenMs = (long)time.GetElapsedTime(began).TotalMilliseconds };
                break;
            }
        }
        catch (ProviderException failure)
        {
            answer = answer with { Problem = failure.Message };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answer = answer with { Problem = $"It did not say a word within {Patience.TotalSeconds} seconds." };
        }

        return answer;
    }

    public void Dispose() => asking.Dispose();

    private ModelSetup Known(ModelDescription model) => asked.TryGetValue(model.Id, out var answer) ? answer with { IsDefault = model.IsDefault } : Of(model);

    /// <summary>The built-in one is a part of this program: there is nothing to ask.</summary>
    private static ModelSetup Of(ModelDescription model) => new(model.Id, model.IsDefault, model.Provider == Builtin, model.Provider == Builtin ? SetupStatus.Ok : SetupStatus.Unknown);

    private async Task<IReadOnlyList<ProgramSetup>> LookForProgramsAsync()
    {
        var commands = await sandbox.FindStateAsync();
        return [.. Programs.Select(name => Find(name) is { Status: SetupStatus.Ok } found && name == Sandbox && commands is { IsOn: false, Problem: { } why }
            ? found with { Status = SetupStatus.Failing, Problem = why }
            : Find(name))];
    }

    private static ProgramSetup Find(string name) => new(name, SearchPath.Find(name) is null ? SetupStatus.Missing : SetupStatus.Ok);

    private DataDirectorySetup LookAtDataDirectory()
    {
        var path = options.Value.ResolvedDataDirectory;
        var free = FreeBytes(path);
        if (store.Writer.Health.Problem is { } problem) return new(path, SetupStatus.Failing, free, problem);
        return free < LeastRoom
            ? new(path, SetupStatus.Failing, free, "Its volume is nearly full. Make room, or set TaskDashboard:DataDirectory to a folder on another volume.")
            : new(path, SetupStatus.Ok, free);
    }

    private static long? FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Some volumes do not tell; whether they can be written is known from the store.
            return null;
        }
    }

    private sealed class NoObserver : IModelCallObserver
    {
        public static readonly NoObserver Instance = new();

        public ValueTask RetryingAsync(ModelRetry retry, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask RetryStartingAsync(int attempt, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
