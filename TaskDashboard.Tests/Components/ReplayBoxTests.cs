using Bunit;
using TaskDashboard.App.Components.Runs;
using TaskDashboard.Core.Replays;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

/// <summary>What a person sees of a replay.</summary>
public sealed class ReplayBoxTests : PageContext
{
    [Fact]
    public void ReplayThatComesToTheSame_SaysSo_WithBothTimes()
    {
        Replays.Report = new ReplayReport("run_1", true, 3, 7, 65_000, 400, []);
        var box = Play();

        var said = box.Find("[data-testid=replay-equal]").TextContent;
        Assert.Contains("3 model calls, 7 entries", said, StringComparison.Ordinal);
        Assert.Contains("1 min 5 s on its own clock", said, StringComparison.Ordinal);
        Assert.False(box.Find("[data-action=replay]").HasAttribute("disabled"));
    }

    [Fact]
    public void ReplayThatComesToSomethingElse_ShowsBothSides()
    {
        Replays.Report = new ReplayReport("run_1", false, 3, 7, 1, 1, [new ReplayDifference("entry 2", "It was <b>this</b>.", null)]);
        var box = Play();

        Assert.Single(box.FindAll("[data-testid=replay-different]"));
        Assert.Equal(["entry 2", "It was <b>this</b>.", "–"], box.FindAll(".replay-table tbody tr > *").Select(cell => cell.TextContent.Trim()));
    }

    [Fact]
    public void RunThatWasNotRecorded_SaysWhatToDo()
    {
        Replays.Refusal = RefusedException.Conflict("not_recorded", "The run cannot be replayed. Its model call 1 was not recorded (TaskDashboard:Exchanges:Record).");
        var box = Play();

        Assert.Contains("TaskDashboard:Exchanges:Record", box.Find("[role=status] .field-error").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<ReplayBox> Play()
    {
        var box = Render<ReplayBox>(parameters => parameters.Add(shown => shown.RunId, "run_1"));
        box.Find("[data-action=replay]").Click();
        return box;
    }
}
