using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Bunit;
using Microsoft.AspNetCore.Components;
using TaskDashboard.App.Components.Layout;
using TaskDashboard.App.Components.Triggers;
using TaskDashboard.App.Components.Usage;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Requests;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Budgets;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Localization;

/// <summary>What others raise is drawn in the page's language, and holds up nobody who raises it.</summary>
public sealed partial class PageNewsTests : PageContext
{
    /// <summary>A page's own, which hand on in the page's own flow what they hear.</summary>
    private static readonly string[] Own =
        [nameof(LiveTaskList), nameof(RunningCountViewModel), nameof(OpenRequestList), nameof(BulkJobList), nameof(PendingDeletions), nameof(NavigationManager)];

    [Theory]
    [InlineData("en", "zh-Hans", "One check fails")]
    [InlineData("zh-Hans", "en", "1 项检查未通过")]
    public async Task EventThatIsRaisedInAnotherLanguage_LeavesThePageInItsOwn(string page, string raiser, string words)
    {
        Speak(page);
        var dot = Render<ConnectionDot>();

        await Task.Run(() =>
        {
            Speak(raiser);
            Check.Find(("owner", InvariantStatus.Failing));
        });

        await Until(() => dot.Find("a").ClassList.Contains("failing"));
        Assert.Equal(words, dot.Find(".when-connected").TextContent);
    }

    [Fact]
    public async Task EventOfTheWriter_IsReadAndDrawnOnAnotherThread()
    {
        var badge = Render<BudgetBadge>();
        var readers = new ConcurrentQueue<Thread>();
        Budgets.Asked = () => readers.Enqueue(Thread.CurrentThread);

        var writer = Raise(() => Budgets.Put(BudgetScope.Server, "", 10, 9));

        await Until(() => badge.FindAll("[data-testid=budget-badge]").Count == 1);
        Assert.NotEmpty(readers);
        Assert.DoesNotContain(writer, readers);
    }

    [Fact]
    public async Task DeliveryThatTheWriterHasStored_IsReadOnAnotherThread()
    {
        Render<DeliveryList>(list => list.Add(part => part.TriggerId, "trigger_a"));
        var readers = new ConcurrentQueue<Thread>();
        Triggers.DeliveriesAsked = () => readers.Enqueue(Thread.CurrentThread);

        var writer = Raise(() => Triggers.Tell("trigger_a"));

        await Until(() => !readers.IsEmpty);
        Assert.DoesNotContain(writer, readers);
    }

    /// <summary>By the sources: a component that hears of something from outside its page takes it by way of <c>BringToPage</c> or of a throttle, and not otherwise.</summary>
    [Fact]
    public void EveryEventFromOutsideAPage_IsBroughtToIt()
    {
        var heard = Components().SelectMany(Heard).ToList();

        Assert.True(heard.Count > 20, "The source was not found.");
        Assert.Empty(heard.Where(one => !one.IsBrought).Select(one => one.Name));
    }

    private static void Speak(string language) => CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(language);

    /// <summary>Raises an event as the writer does, on a thread of its own, and answers with that thread.</summary>
    private static Thread Raise(Action raise)
    {
        var writer = new Thread(() => raise());
        writer.Start();
        Assert.True(writer.Join(Engine.Bound));
        return writer;
    }

    private static IEnumerable<(string Name, bool IsBrought)> Heard((string Name, string Text) component)
    {
        var injected = Injected().Matches(component.Text).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["type"].Value);
        foreach (Match heard in Subscription().Matches(component.Text))
        {
            if (!injected.TryGetValue(heard.Groups["from"].Value, out var type) || Own.Contains(type)) continue;
            var handler = heard.Groups["handler"].Value;
            var body = Regex.Match(component.Text, $@"(?:void|Task) {Regex.Escape(handler)}\(.*?(?=\n\s*\n|\z)", RegexOptions.Singleline) is { Success: true } found ? found.Value : handler;
            var isBrought = body.Contains("BringToPage(", StringComparison.Ordinal) || body.EndsWith(".Request", StringComparison.Ordinal) || body.Contains(".Request()", StringComparison.Ordinal);
            yield return ($"{component.Name}: {heard.Value}", isBrought && !component.Text.Contains("_ = InvokeAsync(", StringComparison.Ordinal));
        }
    }

    /// <summary>Each component with all that is written of it.</summary>
    private static IEnumerable<(string Name, string Text)> Components([CallerFilePath] string here = "") =>
        Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "TaskDashboard.App", "Components"), "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .GroupBy(file => Path.GetFileName(file).Split('.')[0])
            .Select(files => (files.Key, string.Join("\n\n", files.Select(File.ReadAllText))));

    [GeneratedRegex(@"(?:@inject|\[Inject\] \w+(?: required)?) (?<type>[\w.<>]+) (?<name>\w+)")]
    private static partial Regex Injected();

    [GeneratedRegex(@"\b(?<from>\w+)\.\w+ \+= (?<handler>[^;\n]+)")]
    private static partial Regex Subscription();
}
