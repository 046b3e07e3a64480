using System.Globalization;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Localization;

public sealed class PageLanguageTests : BunitContext
{
    [Fact]
    public async Task Switch_IsHeardInWhatBeganBefore()
    {
        using var services = new ServiceCollection().AddLogging().AddPageLanguage().BuildServiceProvider();
        var words = services.GetRequiredService<IStringLocalizer<Strings>>();
        await InPageAsync(async page =>
        {
            var switched = new TaskCompletionSource();
            var watch = Task.Run(async () =>
            {
                var before = (words["Nav.Tasks"].Value, new DateTime(2026, 1, 5).ToString("MMMM", CultureInfo.CurrentCulture));
                await switched.Task;
                return (before, after: (words["Nav.Tasks"].Value, new DateTime(2026, 1, 5).ToString("MMMM", CultureInfo.CurrentCulture)));
            });
            await page.SwitchAsync("zh-Hans");
            switched.SetResult();
            var (_, after) = await watch;

            Assert.Equal(("任务", "一月"), after);
            Assert.Equal("zh-Hans", SupportedLanguages.Current);
        });
    }

    [Fact]
    public async Task Switch_InTheMiddleOfTheFirstLook_GivesNobodyALanguageUnderTheNameOfAnother()
    {
        for (var round = 0; round < 500; round++)
        {
            using var services = new ServiceCollection().AddLogging().AddPageLanguage().BuildServiceProvider();
            var words = services.GetRequiredService<IStringLocalizer<Strings>>();
            await InPageAsync(async page =>
            {
                using var together = new Barrier(2);
                var look = Task.Run(() =>
                {
                    together.SignalAndWait(Engine.Bound);
                    return words["Nav.Tasks"].Value;
                });
                together.SignalAndWait(Engine.Bound);
                Thread.SpinWait(round);
                await page.SwitchAsync("zh-Hans");
                Assert.Contains(await look, (string[])["Tasks", "任务"]);
                Assert.Equal("任务", words["Nav.Tasks"]);
            });
        }
    }

    [Fact]
    public async Task Switch_OfOnePage_LeavesOthersAsTheyAre()
    {
        await InPageAsync(async first =>
        {
            await InPageAsync(other => other.SwitchAsync("zh-Hans"));
            Assert.Equal("en", SupportedLanguages.Current);
            Assert.True(first.CanSwitch);
        });
    }

    [Fact]
    public async Task Switch_ToALanguageThatIsNotThere_IsRefused_AndChangesNothing()
    {
        await InPageAsync(async page =>
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => page.SwitchAsync("tlh"));
            Assert.Equal("en", SupportedLanguages.Current);
        });
    }

    [Fact]
    public async Task PageThatComesBackOnAnotherConnection_SpeaksItsOwnLanguage()
    {
        await InPageAsync(async page =>
        {
            await page.SwitchAsync("zh-Hans");
            CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new SwitchableCulture(CultureInfo.GetCultureInfo("en"));
            page.Use();
            Assert.Equal("zh-Hans", SupportedLanguages.Current);
        });
    }

    [Fact]
    public async Task Component_IsDrawnAgain_AndReadsNothingAnew()
    {
        var source = new CascadingValueSource<string>(PageLanguage.Cascade, "en", isFixed: false);
        Services.AddCascadingValue(_ => source);
        var shown = Render<Counting>();
        Assert.Equal("en 1", shown.Markup);

        await source.NotifyChangedAsync("zh-Hans");

        await Fakes.Eventually.TrueAsync(() => shown.Markup == "zh-Hans 1");
    }

    private static Task InPageAsync(Func<PageLanguage, Task> use) => Task.Run(() =>
    {
        CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new SwitchableCulture(CultureInfo.GetCultureInfo("en"));
        return use(new PageLanguage());
    });

    private sealed class Counting : LocalizedComponent
    {
        private int set;

        protected override void OnParametersSet() => set++;

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, $"{Language} {set}");
    }
}
