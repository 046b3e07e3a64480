using TaskDashboard.Core.Events;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Events;

/// <summary>What viewers of the list are told from the store who are behind what is at hand.</summary>
public sealed class ListReplayTests
{
    [Fact]
    public async Task ViewerThatIsBehind_IsToldWhatComesAfterTheRowsOfAnImportThatIsNotThereYet()
    {
        await using var engine = await Engine.StartAsync();
        var first = await engine.CreateAsync("One");
        await engine.WaitForAsync(first.Id, AgentTaskStatus.Completed);
        var cursor = engine.Feed.NewestId;

        // As many as are told from the store at once, and more.
        var import = new ImportTable(engine.Store);
        var key = await import.BeginAsync("import_1", 1);
        var title = EventJson.Data(new TitleData("To come"));
        await import.WriteAsync([.. Enumerable.Range(1, 2_100).Select(seq => (Action<ImportStatements>)(rows =>
            rows.InsertEvent(key, seq, EventTypes.Title, DateTimeOffset.UnixEpoch, null, title, null)))]);
        var second = await engine.CreateAsync("Two");
        await engine.WaitForAsync(second.Id, AgentTaskStatus.Completed);
        var list = new ListChannel(engine.Store.Reader, engine.Store.Reader);
        list.StartAt(engine.Feed.NewestId);

        using var bound = new CancellationTokenSource(Engine.Bound);
        var told = new List<AgentTaskStatus>();
        await foreach (var frame in list.WatchAsync(cursor, bound.Token))
        {
            Assert.False(frame is ListSnapshotFrame { Resync: true });
            if (frame is not TaskChangedFrame { Event: { Data: StatusData data, TaskId: var taskId } }) continue;
            Assert.Equal(second.Id, taskId);
            told.Add(data.Status);
            if (data.Status == AgentTaskStatus.Completed) break;
        }

        Assert.Equal([AgentTaskStatus.Pending, AgentTaskStatus.Running, AgentTaskStatus.Completed], told);
    }
}
