using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.People;

/// <summary>Who is signed in no more is nobody, and a page of theirs may still be open.</summary>
public sealed class NobodyTests
{
    [Fact]
    public async Task Nobody_IsListedNoTask_AndToldOfNone()
    {
        await using var engine = await Engine.StartAsync();
        await engine.CreateAsync("Somebody's");

        var page = await engine.Store.Reader.ListAsync(new TaskQuery { VisibleTo = Caller.Nobody.VisibleTo });

        Assert.NotNull(Caller.Nobody.VisibleTo);
        Assert.Empty(page.Items);
        Assert.Equal(0, page.Counts.Values.Sum());
    }
}
