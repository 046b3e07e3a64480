using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using Radzen;
using TaskDashboard.App.Agents;
using TaskDashboard.App.Components.Shared;
using TaskDashboard.App.ViewModels.Agents;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Agents;
using TaskDashboard.Core.Mcp;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Pages;

/// <summary>Makes and changes one agent. What is typed stays until it is saved or thrown away on purpose.</summary>
public partial class AgentEditorPage : IAsyncDisposable
{
    private static readonly IReadOnlyDictionary<string, string[]> Nothing = new Dictionary<string, string[]>();

    private IReadOnlyDictionary<string, string[]> errors = Nothing;
    private DotNetObjectReference<AgentEditorPage>? self;
    private ElementReference root;
    private PageScript script = null!;
    private AgentDraft? draft;
    private AgentDefinition? stored;
    private string content = "";
    private string? problem;
    private int opened;
    private bool attached;
    private bool conflict;
    private bool dirty;
    private bool hasProblem;
    private bool missing;
    private bool saving;

    [Inject] public required IAgentStore AgentStore { get; init; }

    [Inject] internal AgentEditing Editing { get; init; } = null!;

    [Inject] public required NavigationManager Navigation { get; init; }

    [Inject] public required DialogService Dialogs { get; init; }

    [Inject] public required IJSRuntime JS { get; init; }

    /// <summary>The agent; null for a new one.</summary>
    [Parameter] public string? AgentId { get; set; }

    private string Title => stored?.Name ?? L["Agents.New"];

    private string StateText => saving ? L["Agent.Saving"] : dirty ? L["Agent.Unsaved"] : stored is null ? "" : L["Agent.Saved"];

    protected override void OnInitialized() => script = new PageScript(JS, "./js/agent-editor.js");

    protected override async Task OnParametersSetAsync()
    {
        // The same one behind its first save, which has come to its own address.
        if (draft is not null && AgentId == stored?.Id) return;
        opened++;
        if (AgentId is null)
        {
            Show(null);
            return;
        }

        var found = await AgentStore.FindAsync(AgentId);
        missing = found is null;
        if (found is not null) Show(found.WithoutSecrets());
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (hasProblem)
        {
            hasProblem = false;
            await script.CallAsync("showProblem", root);
        }

        if (attached || draft is null) return;
        attached = true;
        await script.CallAsync("attach", root, self = DotNetObjectReference.Create(this));
    }

    /// <summary>Called by the browser for Ctrl+S, behind what was typed last.</summary>
    [JSInvokable]
    public Task SaveFromKeyAsync() => SaveAsync();

    private void Show(AgentDefinition? agent)
    {
        stored = agent;
        draft = agent is null ? new AgentDraft() : AgentDraft.Of(agent);
        content = draft.Content();
        (errors, problem, conflict, dirty) = (Nothing, null, false, false);
    }

    private void Compare() => dirty = draft!.Content() != content;

    /// <param name="over">Also when somebody else has changed it since.</param>
    private async Task<bool> SaveAsync(bool over = false)
    {
        if (saving) return false;
        var numbers = new DraftNumbers();
        var body = draft!.ToBody(over ? null : stored?.Version, numbers);
        (saving, errors, problem, conflict) = (true, Nothing, null, false);
        try
        {
            if (numbers.Wrong.Count > 0) throw RefusedException.Validation(numbers.Wrong.ToDictionary(field => field, _ => new[] { L["Agent.NotANumber"].Value }));
            StateHasChanged();
            var isNew = stored is null;
            Show(isNew ? await Editing.CreateAsync(body) : await Editing.ReplaceAsync(stored!.Id, body));
            if (isNew) Navigation.NavigateTo($"agents/{stored!.Id}", replace: true);
            return true;
        }
        catch (RefusedException refusal)
        {
            errors = refusal.Errors;
            conflict = refusal.Code == "agent_changed";
            problem = conflict ? null : errors.Count switch
            {
                0 => L["Agent.NotSaved", RefusalText.Of(refusal, L)].Value,
                1 => L["Agent.NotSavedField"].Value,
                _ => L["Agent.NotSavedFields", errors.Count].Value,
            };
            Compare();
            hasProblem = true;
            return false;
        }
        finally
        {
            saving = false;
            StateHasChanged();
        }
    }

    /// <summary>The agent as it stands in the form, stored; null when it cannot be.</summary>
    private async Task<AgentDefinition?> SavedAsync() => (stored is null || dirty) && !await SaveAsync() ? null : stored;

    private async Task LoadTheirsAsync()
    {
        var theirs = await AgentStore.FindAsync(stored!.Id);
        missing = theirs is null;
        if (theirs is not null) Show(theirs.WithoutSecrets());
    }

    private async Task AskBeforeLeavingAsync(LocationChangingContext leaving)
    {
        if (!dirty) return;
        var leaves = await Dialogs.Confirm(
            L["Agent.LeaveText"], L["Agent.LeaveTitle"], new ConfirmOptions { OkButtonText = L["Agent.Leave"], CancelButtonText = L["Agent.Stay"] });
        if (leaves != true) leaving.PreventNavigation();
    }

    public ValueTask DisposeAsync()
    {
        self?.Dispose();
        GC.SuppressFinalize(this);
        return script.DisposeAsync();
    }
}
