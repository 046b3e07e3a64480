using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Tests.Tasks;

public sealed class TaskTransitionTests
{
    [Theory]
    [InlineData("It waits for a slot.", "It waits for a slot.")]
    [InlineData("It failed: one\r\n  two\tthree\u2028four\0", "It failed: one two three four")]
    [InlineData(null, null)]
    public void ReasonText_StandsOnOneLine(string? text, string? expected) =>
        Assert.Equal(expected, new TaskTransition(AgentTaskStatus.Failed, ReasonCodes.Error, text).ReasonText);

    [Fact]
    public void ReasonText_ThatIsEndless_IsCutBetweenCharacters()
    {
        var text = new TaskTransition(AgentTaskStatus.Failed, ReasonCodes.Error, "x" + string.Concat(Enumerable.Repeat("👍", 5_000))).ReasonText!;

        Assert.InRange(text.Length, TaskTransition.MaxReasonLength - 1, TaskTransition.MaxReasonLength);
        Assert.EndsWith("👍…", text, StringComparison.Ordinal);
    }
}
