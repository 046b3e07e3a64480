using System.Collections;
using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Transcripts;
using TaskDashboard.Tests.Api;

namespace TaskDashboard.Tests.People;

/// <summary>Logs are read in parts by pages only: no address has them, so each way of reading is asked here, a new one by itself.</summary>
public sealed class TranscriptAccessTests : IAsyncLifetime
{
    private Town town = null!;

    private static MethodInfo[] Ways => typeof(ITranscriptReader).GetMethods();

    public async Task InitializeAsync() => town = await Town.StartAsync();

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task WhoDoesNotSeeATask_ReadsNothingOfItsLog_InAnyWay()
    {
        using var made = await town.Bea.PostAsJsonAsync("/api/tasks", new { agent_id = town.Program.AgentId, message = "Done with the garden" });
        var taskId = (await made.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString()!;
        await town.Program.WaitForAsync(taskId, AgentTaskStatus.Completed);

        var (told, hidden) = (await ReadAsync("bea", taskId), await ReadAsync("carl", taskId));

        Assert.True(Ways.Length > 8);
        Assert.Equal(Ways.Length, hidden.Count);
        Assert.All(hidden, answer => Assert.Null(answer.Value));
        foreach (var way in new[] { nameof(ITranscriptReader.ReadEndAsync), nameof(ITranscriptReader.ReadAsync), nameof(ITranscriptReader.SearchAsync), nameof(ITranscriptReader.FindEventAsync) }) Assert.NotNull(told[way]);
    }

    /// <summary>What each way of reading answers; null for nothing.</summary>
    private async Task<Dictionary<string, object?>> ReadAsync(string userName, string taskId)
    {
        await using var scope = town.Program.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Set(() => town.Find(userName).Caller);
        var reader = scope.ServiceProvider.GetRequiredService<ITranscriptReader>();
        var answers = new Dictionary<string, object?>();
        foreach (var way in Ways)
        {
            object?[] asked = [taskId, .. way.GetParameters().Skip(1).Select(parameter => Ask(parameter.ParameterType))];
            var reading = (Task)way.Invoke(reader, asked)!;
            await reading;
            var answer = reading.GetType().GetProperty("Result")!.GetValue(reading);
            answers[way.Name] = answer is ICollection { Count: 0 } or ChatLogs { LastId: 0, Tasks.Count: 0 } ? null : answer;
        }

        return answers;
    }

    private static object? Ask(Type type) => type switch
    {
        _ when type == typeof(string) => "Done",
        _ when type == typeof(long) => 1L,
        _ when type == typeof(int) => 10,
        _ when type == typeof(bool) => true,
        _ when type == typeof(IReadOnlySet<string>) => new HashSet<string>(),
        _ when type == typeof(CancellationToken) => CancellationToken.None,
        _ => null,
    };
}
