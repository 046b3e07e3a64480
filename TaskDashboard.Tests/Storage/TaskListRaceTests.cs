using System.Diagnostics;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Storage;

public sealed class TaskListRaceTests
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task List_WhileTasksMove_HasEachOfThemOnce()
    {
        await using var engine = await Engine.StartAsync(settings: ("Limits:MaxConcurrentRuns", "4"));
        var tasks = new List<string>();
        for (var number = 0; number < 20; number++) tasks.Add((await engine.CreateAsync($"Task {number}")).Id);
        var clock = Stopwatch.StartNew();
        var moving = Task.Run(async () =>
        {
            // Each message lets an ended task run again, and so go from one part of the list to the other and back.
            for (var message = 0; clock.Elapsed < Watched; message++) await engine.Tasks.SendMessageAsync(tasks[message % tasks.Count], new SendMessage($"Message {message}"));
        });

        while (!moving.IsCompleted)
        {
            var page = await engine.Reader.ListAsync(new TaskQuery { Sort = TaskSort.Attention, Limit = 200 });
            Assert.Equal(tasks.Order(), page.Items.Select(task => task.Id).Order());
        }

        await moving;
    }
}
