using System.Text.Json;
using TaskDashboard.App.ViewModels.Templates;
using TaskDashboard.Core.Templates;
using TaskDashboard.Core.Triggers;

namespace TaskDashboard.App.ViewModels.Triggers;

/// <summary>A trigger as it is being filled in.</summary>
public sealed class TriggerDraft
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    public TriggerKind Kind { get; set; }

    public bool IsEvery { get; set; }

    public string Cron { get; set; } = "0 9 * * 1-5";

    public string TimeZone { get; set; } = "UTC";

    public long Every { get; set; } = 1;

    /// <summary>Seconds in the unit of <see cref="Every"/>.</summary>
    public long Unit { get; set; } = 3600;

    public string Name { get; set; } = "";

    public string Message { get; set; } = "";

    /// <summary>Empty for the task's own.</summary>
    public string AgentId { get; set; } = "";

    /// <summary>Empty where <see cref="Message"/> says it.</summary>
    public string TemplateId { get; set; } = "";

    /// <summary>Null for always the latest.</summary>
    public int? TemplateVersion { get; set; }

    /// <summary>What the template is filled with; null where none is shown.</summary>
    public ArgumentValues? Arguments { get; private set; }

    /// <summary>What it was made with; null for none.</summary>
    public TemplateUse? Template { get; private init; }

    private TaskTemplate? shown;

    public CatchUp CatchUp { get; set; } = CatchUp.Last;

    public Overlap Overlap { get; set; }

    public int? MaxFirings { get; set; }

    public int? TimeoutS { get; set; }

    public bool DeleteAfterRun { get; set; }

    public string Secret { get; set; } = "";

    public bool HasSecret { get; private init; }

    public static TriggerDraft Of(TriggerDefinition definition)
    {
        var unit = new long[] { 86_400, 3_600, 60, 1 }.First(unit => (definition.EveryS ?? 3_600) % unit == 0);
        return new TriggerDraft
        {
            Kind = definition.Kind,
            IsEvery = definition.EveryS is not null,
            Cron = definition.Cron ?? "0 9 * * 1-5",
            TimeZone = definition.TimeZone,
            Every = (definition.EveryS ?? 3_600) / unit,
            Unit = unit,
            Name = definition.Name,
            Message = definition.Message,
            TemplateId = definition.Template?.TemplateId ?? "",
            TemplateVersion = definition.Template?.Version,
            Template = definition.Template,
            AgentId = definition.AgentId ?? definition.Order?.AgentId ?? "",
            CatchUp = definition.CatchUp,
            Overlap = definition.Overlap,
            MaxFirings = (int?)definition.MaxFirings,
            TimeoutS = definition.TimeoutS,
            DeleteAfterRun = definition.DeleteAfterRun,
            HasSecret = definition.Secret is not null,
        };
    }

    public (string? Cron, long? EveryS) Times => Kind == TriggerKind.Webhook ? (null, null) : IsEvery ? (null, Every * Unit) : (Cron.Trim(), null);

    /// <summary>The version of the template that is filled in now.</summary>
    public void Show(TaskTemplate? template, IReadOnlyDictionary<string, JsonElement>? given)
    {
        shown = template;
        Arguments = template is null ? null : new ArgumentValues(template.Definition.Parameters, given);
    }

    /// <param name="alone">True for one that makes its own task: then the agent is that task's.</param>
    public TriggerDefinition ToDefinition(bool alone) => ApplyTo(
        new TriggerDefinition { Name = "", Message = "", Kind = Kind, Order = alone ? new TriggerOrder(null) : null });

    public TriggerDefinition ApplyTo(TriggerDefinition definition)
    {
        var (cron, everyS) = Times;
        var message = Message.Trim();
        var name = Name.Trim().Length > 0 ? Name.Trim() : TemplateId.Length > 0 ? shown?.Definition.Name ?? "" : message.Length > 50 ? $"{message[..49]}…".ReplaceLineEndings(" ") : message.ReplaceLineEndings(" ");
        return definition with
        {
            Name = name,
            Message = TemplateId.Length > 0 ? "" : Message,
            Template = TemplateId.Length == 0 ? null : new TemplateUse(TemplateId, TemplateVersion, shown is null ? Template?.Arguments ?? Nothing : Arguments!.Read(shown.Definition.Parameters)),
            AgentId = definition.Order is null && AgentId.Length > 0 ? AgentId : null,
            Order = definition.Order is { } order ? order with { AgentId = AgentId.Length > 0 ? AgentId : null } : null,
            Cron = cron,
            EveryS = everyS,
            TimeZone = TimeZone,
            CatchUp = CatchUp,
            Overlap = Overlap,
            MaxFirings = MaxFirings,
            TimeoutS = TimeoutS,
            DeleteAfterRun = DeleteAfterRun,
            Secret = Kind != TriggerKind.Webhook ? null : Secret.Length > 0 ? Secret : definition.Secret,
        };
    }

    /// <summary>The zones there are, by name.</summary>
    public static IReadOnlyList<string> Zones { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/', StringComparison.Ordinal) && char.IsUpper(id[0])).Append("UTC").Order(StringComparer.Ordinal)];
}
