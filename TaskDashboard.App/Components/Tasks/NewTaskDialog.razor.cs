using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using Radzen;
using TaskDashboard.App.Components.Chats;
using TaskDashboard.App.Components.Shared;
using TaskDashboard.App.ViewModels.Forks;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.App.ViewModels.Templates;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Comparisons;
using TaskDashboard.Core.Providers;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Core.Templates;

namespace TaskDashboard.App.Components.Tasks;

/// <summary>The dialog that starts a task; closes with what was created.</summary>
public partial class NewTaskDialog : IAsyncDisposable
{
    private const int MostRecent = 50;

    private static readonly string[] OrderFields = ["name", "depends_on", "delay_until", "max_attempts", "priority"];

    private static readonly string[] PlaceFields = ["work_dir", "worktree", "add_dirs"];

    private readonly string idempotencyKey = Guid.NewGuid().ToString("N");
    private readonly NewTaskOptions orders = new();
    private IReadOnlyDictionary<string, string[]> errors = new Dictionary<string, string[]>();
    private IReadOnlyList<AgentDefinition> agents = [];
    private IReadOnlyList<AgentTask> recent = [];
    private IReadOnlyList<TaskTemplate> templates = [];
    private TaskTemplate? template;
    private ArgumentValues? arguments;
    private AgentTask? duplicate;
    private ElementReference messageBox;
    private AttachmentChips chips = null!;
    private PageScript script = null!;
    private string? agentId;
    private string message = "";
    private string? model;
    private string? title;
    private string? problem;
    private List<TargetDraft> candidates = [];
    private bool compares;
    private bool moreOpen;
    private bool placeOpen;
    private bool opens;
    private bool busy;

    [Inject] public required ITaskService Tasks { get; init; }

    [Inject] public required IComparisons Comparisons { get; init; }

    [Inject] public required ITaskReader Reader { get; init; }

    [Inject] public required ITemplates Templates { get; init; }

    [Inject] public required IAgentStore AgentStore { get; init; }

    [Inject] public required IModelCatalog Catalog { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required IJSRuntime JS { get; init; }

    /// <summary>The template that is chosen to begin with; null for none.</summary>
    [Parameter] public string? TemplateId { get; set; }

    private bool MoreHasErrors => OrderFields.Any(errors.ContainsKey);

    private bool PlaceHasErrors => PlaceFields.Any(errors.ContainsKey);

    protected override async Task OnInitializedAsync()
    {
        script = new PageScript(JS, "./js/local-time.js");
        agents = await AgentStore.ListAvailableAsync();
        templates = Templates.List();
        Choose(TemplateId);
        var live = new TaskQuery { Statuses = [AgentTaskStatus.Pending, AgentTaskStatus.Running, AgentTaskStatus.Waiting], Limit = MostRecent };
        recent = (await Reader.ListAsync(live)).Items;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && template is null) await messageBox.FocusAsync();
    }

    /// <summary>Fills in what a template says; without one, everything is as it was in the beginning, but for the message.</summary>
    private void Choose(string? templateId)
    {
        template = templates.FirstOrDefault(one => one.Id == templateId);
        arguments = template is null ? null : new ArgumentValues(template.Definition.Parameters);
        (duplicate, problem, errors, compares) = (null, null, new Dictionary<string, string[]>(), false);
        agentId = template?.Definition.AgentId ?? (agents.Count > 0 ? agents[0].Id : null);
        (model, title) = (template?.Definition.Model, template?.Definition.Title);
        orders.Fill(template?.Definition);
    }

    /// <summary>Gives the order to several, beginning with whom it was for, or to one again.</summary>
    private void Compare(bool chosen)
    {
        (compares, problem, errors) = (chosen, null, new Dictionary<string, string[]>());
        if (candidates.Count > 0) return;
        var others = Catalog.Models.Select(one => one.Id).Where(id => id != model).ToList();
        candidates = [new TargetDraft { AgentId = agentId ?? "", Model = model ?? "" }, new TargetDraft { AgentId = agentId ?? "", Model = others.Count > 1 ? others[1] : "" }];
    }

    private Task SubmitOnControlEnter(KeyboardEventArgs key) =>
        key is { Key: "Enter" } && (key.CtrlKey || key.MetaKey) ? StartAsync(open: false) : Task.CompletedTask;

    /// <param name="open">Goes to the task's chat afterwards.</param>
    /// <param name="again">Also when the same is at work already.</param>
    private async Task StartAsync(bool open, bool again = false)
    {
        if (busy) return;
        if (template is null && string.IsNullOrWhiteSpace(message))
        {
            errors = new Dictionary<string, string[]> { ["message"] = [L["NewTask.MessageMissing"]] };
            await messageBox.FocusAsync();
            return;
        }

        (busy, opens) = (true, open);
        (duplicate, problem, errors) = (null, null, new Dictionary<string, string[]>());
        try
        {
            // Chips that are not ready say so themselves.
            if (await chips.TakeAsync() is not { } files) return;
            if (compares)
            {
                var order = await ComposeAsync(again: true) with { Attachments = files.Length == 0 ? null : files };
                var compared = await Comparisons.CreateAsync(new CreateComparison(order, [.. candidates.Select(candidate => new ComparisonCandidate(candidate.AgentId, candidate.ModelOrNull))]));
                Dialogs.Close();
                Navigation.NavigateTo($"comparisons/{compared.Comparison.Id}");
                return;
            }

            var created = await Tasks.CreateAsync(await ComposeAsync(again) with { Attachments = files.Length == 0 ? null : files });
            if (created.Duplicate)
            {
                duplicate = created.Task;
                return;
            }

            Dialogs.Close(created);
            if (open) Navigation.NavigateTo($"chat?taskId={created.Task.Id}");
        }
        catch (RefusedException refusal)
        {
            errors = refusal.Errors;
            problem = errors.Count == 0 ? RefusalText.Of(refusal, L) : null;
        }
        finally
        {
            busy = false;
        }
    }

    private async Task<CreateTask> ComposeAsync(bool again) => orders.AddTo(
        Order() with
        {
            AllowDuplicates = again,

            // One key for the whole dialog: pressing again after a broken answer finds the task instead of making a second one.
            IdempotencyKey = idempotencyKey,
        },
        string.IsNullOrEmpty(orders.NotBefore) ? null : await script.AskAsync<DateTimeOffset?>("toInstant", orders.NotBefore));

    private CreateTask Order()
    {
        var given = string.IsNullOrWhiteSpace(title) ? null : title.Trim();
        if (template is null) return new CreateTask { AgentId = agentId ?? "", Message = message, Model = model, Title = given };

        // What stands in the title's field is read as the template's title is, with its places.
        var definition = template.Definition with { AgentId = agentId ?? "", Model = model, Title = given };
        return Templates.Render(template with { Definition = definition }, arguments!.Read(definition.Parameters));
    }

    private void OpenDuplicate()
    {
        Dialogs.Close();
        Navigation.NavigateTo($"chat?taskId={duplicate!.Id}");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return script.DisposeAsync();
    }
}
