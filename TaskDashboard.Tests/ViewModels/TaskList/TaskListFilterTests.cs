using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Views;
using TaskDashboard.Tests.Builders;

namespace TaskDashboard.Tests.ViewModels.TaskList;

public class TaskListFilterTests
{
    [Fact]
    public void ToUri_OfTheDefaults_IsTheBareAddress() => Assert.Equal("tasks", new TaskListFilter().ToUri());

    [Theory]
    [InlineData(TaskSegment.NeedsYou, "agent_1", "a & b?", TaskSort.DurationDescending)]
    [InlineData(TaskSegment.Failed, null, "报告", TaskSort.Attention)]
    [InlineData(TaskSegment.All, "agent 2", "", TaskSort.Oldest)]
    public void Uri_AndBack_IsTheSameFilter(TaskSegment segment, string? agent, string search, TaskSort sort)
    {
        var filter = new TaskListFilter { Segment = segment, AgentId = agent, Search = search, Sort = sort };
        Assert.Equal(filter, TaskListFilter.FromUri("http://localhost/" + filter.ToUri()));
    }

    [Fact]
    public void FromUri_OfNonsense_IsTheDefaults() =>
        Assert.Equal(new TaskListFilter(), TaskListFilter.FromUri("http://localhost/tasks?status=flying&sort=colour&agent=&q=%20&x=1"));

    [Fact]
    public void Groups_AndWhichOfThemAreClosed_AreInTheAddress_InOneOrder()
    {
        var filter = new TaskListFilter { Group = TaskGrouping.Parent, Closed = TaskGroupings.Normalize("task_2,none,<task_1,none") };

        Assert.Equal("<task_1,none,task_2", filter.Closed);
        Assert.Equal(filter, TaskListFilter.FromUri("http://localhost/" + filter.ToUri()));
        Assert.Equal("<task_1,task_2", TaskGroupings.Toggle(filter.Closed, "none"));
        Assert.Equal(filter.Closed, TaskGroupings.Toggle(TaskGroupings.Toggle(filter.Closed, "none"), "none"));
        Assert.Equal(new TaskListFilter(), TaskListFilter.FromUri("http://localhost/tasks?group=colour&closed=red"));
    }

    [Fact]
    public void View_WithWhatThereIsNoMore_ShowsTheListWithoutIt_AndIsKnownAgain()
    {
        var view = new SavedView { Id = "view_1", Name = "Old", Query = "status=flying&agent=agent_gone&group=colour&sort=title&x=1" };

        Assert.Equal("tasks?agent=agent_gone&sort=title", ViewAddress.Of(view));
        Assert.Same(view, ViewAddress.Find([view], new TaskListFilter { AgentId = "agent_gone", Sort = TaskSort.Title }));
        Assert.Null(ViewAddress.Find([view], new TaskListFilter { AgentId = "agent_gone" }));
    }

    [Fact]
    public void EverySortAndSegment_HasANameThatLeadsBack()
    {
        Assert.All(Enum.GetValues<TaskSort>(), sort => Assert.Equal(sort, TaskSorts.FromWire(sort.ToWire())));
        Assert.All(TaskSegments.All, segment => Assert.Equal(segment, TaskSegments.FromWire(segment.ToWire())));
    }

    [Fact]
    public void Column_ClickedThreeTimes_IsBackAtAttention()
    {
        var name = TaskSorts.Columns[0];
        var (first, second) = (name.After(TaskSort.Attention), name.After(name.After(TaskSort.Attention)));
        Assert.Equal((TaskSort.Title, TaskSort.TitleDescending, TaskSort.Attention), (first, second, name.After(second)));
        Assert.Equal(("ascending", "descending", "none"), (name.Direction(first), name.Direction(second), name.Direction(TaskSort.Attention)));
    }

    [Fact]
    public void Matches_LooksAtEverythingThatIsSet()
    {
        var filter = new TaskListFilter { Segment = TaskSegment.Running, AgentId = "agent_a", Search = "REPORT" };
        Assert.True(filter.Matches(ATask.With(title: "A report")));
        Assert.False(filter.Matches(ATask.With(title: "A poem")));
        Assert.False(filter.Matches(ATask.With(title: "A report", agentId: "agent_b")));
        Assert.False(filter.Matches(ATask.With(title: "A report", status: AgentTaskStatus.Failed)));
        Assert.True(new TaskListFilter { Segment = TaskSegment.NeedsYou }.Matches(ATask.ThatAsks("t")));
        Assert.False(new TaskListFilter { Segment = TaskSegment.NeedsYou }.Matches(ATask.With(status: AgentTaskStatus.Waiting, reason: ReasonCodes.RateLimit)));
    }
}
