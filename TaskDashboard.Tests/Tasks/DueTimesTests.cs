using Microsoft.Extensions.Logging.Abstractions;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;

namespace TaskDashboard.Tests.Tasks;

public sealed class DueTimesTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly List<string> told = [];
    private readonly DueTimes times;

    public DueTimesTests() => times = new DueTimes(time, NullLogger<DueTimes>.Instance) { Reached = told.Add };

    public void Dispose() => times.Dispose();

    [Fact]
    public void Reached_ComesInTheOrderOfTheTimes_OnceForEachThatMoves()
    {
        times.Reached = taskId =>
        {
            told.Add(taskId);
            times.Forget(taskId);
        };
        times.Set("second", In(2));
        times.Set("first", In(1));

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(["first", "second"], told);
        Assert.False(times.Contains("first"));
    }

    [Fact]
    public void Task_ThatDoesNotMove_IsToldOfAgainUntilItDoes()
    {
        times.Set("task", In(1));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["task"], told);
        Assert.True(times.Contains("task"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["task", "task"], told);

        times.Forget("task");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void Task_WithAnotherTime_IsNotToldOfTheOld()
    {
        times.Set("task", In(1));
        times.Set("task", In(100));

        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Empty(told);
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(["task"], told);
    }

    [Fact]
    public void ListenerThatThrows_DoesNotKeepTheOthers()
    {
        times.Reached = taskId =>
        {
            told.Add(taskId);
            if (taskId == "bad") throw new InvalidOperationException("No.");
        };
        times.Set("bad", In(1));
        times.Set("good", In(1));

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["bad", "good"], told.Order());
    }

    [Fact]
    public void Wait_ThatIsLongerThanATimerCanBe_IsWaitedFor()
    {
        times.Set("far", In(TimeSpan.FromDays(3).TotalSeconds));
        times.Set("never", DateTimeOffset.MaxValue);

        time.Advance(TimeSpan.FromDays(2.9));
        Assert.Empty(told);
        time.Advance(TimeSpan.FromDays(0.2));

        Assert.Contains("far", told);
        Assert.DoesNotContain("never", told);
    }

    [Fact]
    public void Places_OfForgottenTasks_AreGivenBack()
    {
        for (var number = 0; number < 10_000; number++)
        {
            times.Set($"task{number}", In(number + 1));
            times.Forget($"task{number}");
        }

        Assert.InRange(times.Places, 0, 2_048);
        times.Set("kept", In(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["kept"], told);
    }

    private DateTimeOffset In(double seconds) => time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
}
