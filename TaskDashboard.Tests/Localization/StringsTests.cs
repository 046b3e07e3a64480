using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using TaskDashboard.App.Components.Guide;
using TaskDashboard.App.Components.Pages;
using TaskDashboard.App.Components.Runs;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Commands;
using TaskDashboard.App.ViewModels.Runs;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.BulkJobs;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Runs;
using TaskDashboard.Core.SelfCheck;
using TaskDashboard.Core.Setup;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Timelines;
using TaskDashboard.Core.Tools;
using TaskDashboard.Core.Triggers;
using TaskDashboard.Tests.Builders;
using TaskDashboard.Tests.Fixtures;
using Offer = TaskDashboard.App.ViewModels.Commands.Place;

namespace TaskDashboard.Tests.Localization;

public partial class StringsTests
{
    private static readonly Dictionary<string, string> English = Read("");
    private static readonly Dictionary<string, string> Chinese = Read("zh-Hans");

    [Fact]
    public void EveryLanguage_HasTheSameKeys_AndNoEmptyText()
    {
        Assert.Equal(English.Keys.Order(), Chinese.Keys.Order());
        Assert.DoesNotContain(English.Concat(Chinese), pair => string.IsNullOrWhiteSpace(pair.Value));
    }

    [Fact]
    public void EveryLanguage_HasTheSamePlaces() =>
        Assert.All(English, pair => Assert.Equal(Places(pair.Value), Places(Chinese[pair.Key])));

    [Theory]
    [InlineData("聊天", "对话")]
    [InlineData("词元", "令牌")]
    [InlineData("代理", "智能体")]
    [InlineData("您", "你")]
    public void Chinese_HasOneWordForAThing(string other, string chosen)
    {
        Assert.Contains(Chinese.Values, text => text.Contains(chosen, StringComparison.Ordinal));
        Assert.DoesNotContain(Chinese, pair => pair.Value.Contains(other, StringComparison.Ordinal));
    }

    [Fact]
    public void Chinese_HasItsOwnPunctuationBetweenItsWords() => Assert.DoesNotContain(Chinese, pair => ForeignPunctuation().IsMatch(pair.Value));

    [Fact]
    public void EveryKeyInTheSource_Exists()
    {
        var used = Sources().SelectMany(file => Key().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct().ToList();
        Assert.True(used.Count > 100, "The source was not found.");
        Assert.DoesNotContain(used, key => !English.ContainsKey(key));
    }

    [Fact]
    public void EveryKeyThatIsPutTogether_Exists()
    {
        var built = TaskSegments.All.Select(segment => $"Segment.{segment}")
            .Concat(AgentTaskStatusExtensions.All.Select(status => $"Status.{status}"))
            .Concat(AgentTaskStatusExtensions.All.Select(status => TaskStatusAppearance.For(ATask.With(status: status)).LabelKey))
            .Concat(Enum.GetValues<BulkAction>().SelectMany(action => Enum.GetValues<BulkJobStatus>().Select(status => $"Bulk.{action}.{status}")))
            .Concat(Enum.GetValues<RunOutcome>().SelectMany(outcome => new[] { $"Ending.{outcome}", $"Ending.{outcome}.Next" }))
            .Concat(new[] { "done", "now", "open" }.Select(state => $"Plan.{state}"))
            .Concat(Enum.GetValues<TaskAlertKind>().Select(kind => $"Alerts.{kind}"))
            .Concat(Enum.GetValues<ApprovalMode>().Select(mode => $"Policy.{mode}"))
            .Concat(Enum.GetValues<ToolRisk>().Select(risk => $"Risk.{risk}"))
            .Concat(Enum.GetValues<StepOutcome>().Select(outcome => $"Tool.{outcome}"))
            .Concat(Enum.GetValues<RecoveryPolicy>().Select(policy => $"Settings.Recovery.{policy}"))
            .Concat(new[] { RunCause.Retry, RunCause.Recovery, RunCause.Trigger }.Select(cause => $"Run.{cause}"))
            .Concat(new[] { AgentTaskStatus.Completed, AgentTaskStatus.Failed, AgentTaskStatus.Cancelled }.Select(end => $"News.{end}"))
            .Concat(new[] { MessageMode.Queue, MessageMode.Steer, MessageMode.Interrupt }.Select(mode => $"Queued.{mode}"))
            .Concat(Enum.GetValues<DependencyState>().Select(state => $"Ties.{state}"))
            .Concat(Enum.GetValues<InvariantStatus>().Select(status => $"SelfCheck.{status}"))
            .Concat(NewTaskOrders.PriorityNames.Select(priority => $"Priority.{priority}"))
            .Concat(RefusalText.Keys.Values)
            .Concat(Enum.GetValues<McpServerState>().Select(state => $"Mcp.State.{state}"))
            .Concat(Enum.GetValues<ParameterType>().Select(type => $"Templates.Type.{type}"))
            .Concat(typeof(FiringReasons).GetFields().Select(reason => $"Firing.{string.Concat(((string)reason.GetValue(null)!).Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}"))
            .Concat(typeof(AuditActions).GetFields().Select(action => AuditPage.KeyOf((string)action.GetValue(null)!)))
            .Concat(SpanWords.Waits.Values)
            .Concat(Enum.GetValues<SpanKind>().Select(kind => $"Runs.Kind.{kind}"))
            .Concat(Enum.GetValues<SpanFilter>().Select(filter => $"Runs.Filter.{filter}"))
            .Concat(Enum.GetValues<ExchangeView.Side>().Select(side => $"Runs.Exchange.{side}"))
            .Concat(FirstRun.Starters.SelectMany(starter => new[] { $"FirstRun.Starter.{starter.Key}", $"FirstRun.Shows.{starter.Key}" }))
            .Concat(EngineSentence.Keys.Select(key => $"Sentence.{key}"))
            .Concat(GuideTip.Names.Select(name => $"Guide.{name}"))
            .Concat(SetupCheck.Programs.SelectMany(name => new[] { $"Setup.Program.{name}", $"Setup.Without.{name}" }))
            .Concat(KeyTable.All.Select(shortcut => shortcut.LabelKey))
            .Concat(Enum.GetValues<KeyGroup>().Select(group => $"Shortcuts.Group.{group}"))
            .Concat(Offer.All.SelectMany(place => new[] { place.LabelKey, place.WithinKey ?? place.LabelKey }))
            .Append("Tool.Working");
        Assert.DoesNotContain(built, key => !English.ContainsKey(key));
    }

    [Fact]
    public async Task EveryInvariant_IsSaidInEveryLanguage()
    {
        await using var engine = await Engine.StartAsync(_ => { });
        var keys = engine.Services.GetRequiredService<ISelfCheck>().Current.Invariants.Select(invariant => $"Invariant.{invariant.Key}").ToList();
        Assert.NotEmpty(keys);
        Assert.DoesNotContain(keys, key => !English.ContainsKey(key) || !Chinese.ContainsKey(key));
    }

    [Fact]
    public void NoMarkup_HasWordsOfItsOwn()
    {
        // Text between tags that is not code; names that are the same in every language are let through.
        var own = Sources().Where(file => file.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(file => Words().Matches(Code().Replace(File.ReadAllText(file), "")).Select(match => $"{Path.GetFileName(file)}: {match.Value}"))
            .Where(found => !found.Contains("TaskDashboard<", StringComparison.Ordinal));
        Assert.Empty(own);
    }

    private static IEnumerable<string> Sources([CallerFilePath] string here = "")
    {
        var app = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "TaskDashboard.App");
        return Directory.EnumerateFiles(app, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
    }

    private static Dictionary<string, string> Read(string culture)
    {
        var manager = new ResourceManager(typeof(Strings));
        var set = manager.GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false);
        return set!.Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }

    private static IEnumerable<string> Places(string text) => Place().Matches(text).Select(match => match.Value).Distinct().Order();

    [GeneratedRegex(""" "((?:Action|Agent|Agents|Alerts|Approvals|Archive|Attachments|Audit|Backups|Badge|Budget|Bulk|Chat|Chats|Columns|Compare|Composer|Connection|Context|Cost|Deletion|Diff|Duplicate|Duration|Ending|Error|Firing|FirstRun|Forks|Groups|Guide|Import|Keys|Language|Links|Mcp|Message|Nav|NewTask|News|NotFound|Notify|Offline|Palette|Peek|People|Plan|Policy|Priority|Queued|Reason|Refusal|Replay|Request|Restart|Retention|Risk|Rules|Run|Runs|Schedule|Scope|Segment|SelfCheck|Sentence|Settings|Setup|Shares|Shell|Shortcuts|SignIn|Since|Skills|Slash|Status|Steps|Stop|Subtask|Subtasks|Task|Tasks|Templates|Terminal|Theme|Thought|Ties|Time|Tool|Trial|Triggers|Usage|Views)\.[A-Z][A-Za-z.]*[a-z])" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Key();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex(@">\s*[A-Za-z][A-Za-z ,.']{3,}<")]
    private static partial Regex Words();

    [GeneratedRegex(@"[\u4e00-\u9fa5][,;:?!(](?=[\u4e00-\u9fa5{])|[\u4e00-\u9fa5]\)")]
    private static partial Regex ForeignPunctuation();

    [GeneratedRegex(@"@code \{.*|@\*.*?\*@|@\{.*?\n\}", RegexOptions.Singleline)]
    private static partial Regex Code();
}
