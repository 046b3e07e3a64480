using Bunit;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.Components.Layout;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Components;

public class SelfCheckPageTests : PageContext
{
    [Fact]
    public void TheDot_TurnsRedAndBack_WithoutBeingAsked()
    {
        var dot = Render<ConnectionDot>();
        Assert.Equal(("self-check", false), (dot.Find("a").GetAttribute("href"), dot.Find("a").ClassList.Contains("failing")));
        Check.Find(("owner", InvariantStatus.Failing), ("log", InvariantStatus.Ok));
        dot.WaitForState(() => dot.Find("a").ClassList.Contains("failing"));
        Assert.Contains("One check fails", dot.Find("a").TextContent, StringComparison.Ordinal);
        Check.Find(("owner", InvariantStatus.Ok), ("log", InvariantStatus.Ok));
        dot.WaitForState(() => !dot.Find("a").ClassList.Contains("failing"));
    }

    [Fact]
    public void TheDot_IsNotDrawnForALookThatFindsTheSame()
    {
        var dot = Render<ConnectionDot>();
        var draws = dot.RenderCount;
        Check.Find(("owner", InvariantStatus.Ok));
        Assert.Equal(draws, dot.RenderCount);
    }

    [Fact]
    public void EachInvariant_SaysWhetherItHolds_AndWhatBreaksIt()
    {
        var page = Render<SelfCheckPage>();
        Assert.Contains("still to come", page.Find(".check-summary").TextContent, StringComparison.Ordinal);
        Check.Find(("owner", InvariantStatus.Failing), ("log", InvariantStatus.Ok), ("brand_new", InvariantStatus.Ok));
        page.WaitForState(() => page.FindAll(".check").Count == 3);
        var broken = page.Find("[data-invariant=owner]");
        Assert.Equal("failing", broken.GetAttribute("data-status"));
        Assert.Contains("Every running task has a live owner", broken.TextContent, StringComparison.Ordinal);
        Assert.Contains("task_1 has no owner.", broken.TextContent, StringComparison.Ordinal);
        Assert.Equal("Holds", page.Find("[data-invariant=log] .check-facts span").TextContent);
        Assert.Contains("The promise of brand_new.", page.Find("[data-invariant=brand_new]").TextContent, StringComparison.Ordinal);
        Assert.Contains("One check fails", page.Find(".check-summary").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckNow_LooksNow()
    {
        var page = Render<SelfCheckPage>();
        await page.Find("[data-action=check-now]").ClickAsync(new MouseEventArgs());
        Assert.Equal(1, Check.Looks);
    }
}
