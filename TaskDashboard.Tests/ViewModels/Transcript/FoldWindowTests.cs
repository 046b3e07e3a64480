using TaskDashboard.App.ViewModels.Transcript;

namespace TaskDashboard.Tests.ViewModels.Transcript;

public class FoldWindowTests
{
    private readonly FoldWindow window = new(50);

    [Fact]
    public void AHitFarBack_IsShownWithWhatStandsAroundIt_AndNotAllBehindIt()
    {
        window.Update(5000);
        Assert.Equal((4950, 50, 0), (window.Before, window.Count, window.Behind));
        window.ShowAround(1000);
        Assert.Equal((975, 50, 3975), (window.Before, window.Count, window.Behind));
        window.ShowAround(1010);
        Assert.Equal(975, window.Before);
    }

    [Fact]
    public void WhoGoesThroughAllOfIt_HasABoundedStretch()
    {
        window.Update(5000);
        for (var step = 0; step < 50; step++) window.ShowEarlier();
        Assert.Equal((2450, window.Most), (window.Before, window.Count));
        for (var step = 0; step < 100; step++) window.ShowLater();
        Assert.Equal((0, window.Most), (window.Behind, window.Count));
    }

    [Fact]
    public void WhoIsAtTheEnd_StaysThere_AndElsewhereNothingMoves()
    {
        window.Update(10);
        window.Update(60);
        Assert.Equal((0, 60, 0), (window.Before, window.Count, window.Behind));
        window.Update(500);
        window.ShowAround(100);
        var before = window.Before;
        window.Update(600);
        Assert.Equal((before, 50), (window.Before, window.Count));
    }
}
