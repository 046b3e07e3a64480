using TaskDashboard.App.ViewModels.Requests;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.Requests;

public sealed class RequestBoardTests
{
    private readonly RequestBoard board = new();

    [Fact]
    public void WhilePointedAt_WhatIsAnsweredStaysInItsPlace_AndWhatIsNewComesBehind()
    {
        board.Arrange(Open("a", "b", "c"), keepsPlaces: false);

        Assert.Equal(["a"], board.Arrange(Open("z", "b", "c", "d"), keepsPlaces: true));
        board.Resolve(Request("a") with { ResolvedAt = DateTimeOffset.UnixEpoch, Answer = "allow" });

        Assert.Equal(["a:allow", "b:", "c:", "z:", "d:"], Shown());
        Assert.Empty(board.Arrange(Open("b", "c", "d"), keepsPlaces: true).Except(["z"]));
    }

    [Fact]
    public void LeftAlone_ItShowsWhatIsOpen_TheOldestFirst()
    {
        board.Arrange(Open("a", "b"), keepsPlaces: true);
        board.Arrange(Open("z", "b"), keepsPlaces: false);

        Assert.Equal(["z:", "b:"], Shown());
    }

    private IEnumerable<string> Shown() => board.Places.Select(place => $"{place.Request.RequestId}:{place.Request.Answer}");

    private static IReadOnlyList<(TaskRequest Request, AgentTask Task)> Open(params string[] ids) => [.. ids.Select(id => (Request(id), ATask.With()))];

    private static TaskRequest Request(string id) => new() { RequestId = id, TaskId = "task_1", Prompt = id };
}
