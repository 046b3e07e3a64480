using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.ViewModels.Requests;
using TaskDashboard.Core.Approvals;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Requests;

public partial class ApprovalCard
{
    private ApprovalPanel panel;
    private ArgumentDraft? draft;
    private ApprovalScope scope = ApprovalScope.Agent;
    private string? pattern;
    private string note = "";
    private ElementReference noteBox;
    private bool focusNote;

    /// <summary>Named on the card, where it stands among those of other tasks.</summary>
    [Parameter] public AgentTask? Task { get; set; }

    /// <summary>The only argument says all that the prompt says, and in full.</summary>
    private bool IsSaidBelow => panel != ApprovalPanel.Edit && Request.Subject is { } subject && Request.Arguments is { } arguments && arguments.EnumerateObject().Count() == 1 && Request.Prompt.EndsWith(subject, StringComparison.Ordinal);

    private void Show(ApprovalPanel next)
    {
        panel = next;
        Problem = null;
        if (next == ApprovalPanel.Edit) draft = ArgumentDraft.Of(Request.Arguments);
        if (next == ApprovalPanel.Rule) pattern = Request.Subject;
        focusNote = next == ApprovalPanel.Deny;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!focusNote) return;
        focusNote = false;
        await noteBox.FocusAsync();
    }

    private Task AllowAsync() => SendAsync(new RequestAnswer(RequestAnswers.Allow));

    private Task AllowForTaskAsync() => SendAsync(new RequestAnswer(RequestAnswers.Allow) { Scope = ApprovalScope.Task });

    private Task AllowByRuleAsync() => SendAsync(new RequestAnswer(RequestAnswers.Allow)
    {
        Scope = scope,
        Pattern = string.IsNullOrWhiteSpace(pattern) ? null : pattern.Trim(),
        AnyCall = string.IsNullOrWhiteSpace(pattern),
    });

    private Task AllowEditedAsync()
    {
        if (draft!.Read(out var wrong) is { } arguments) return SendAsync(new RequestAnswer(RequestAnswers.Allow) { Arguments = arguments });
        Problem = L["Request.NoJson", wrong!];
        return System.Threading.Tasks.Task.CompletedTask;
    }

    private Task DenyAsync() => SendAsync(new RequestAnswer(RequestAnswers.Deny) { Note = note });

    private Task DenyByKeyAsync(KeyboardEventArgs key)
    {
        if (key.Key == "Escape") Show(ApprovalPanel.None);
        return key is { Key: "Enter", CtrlKey: false } ? DenyAsync() : System.Threading.Tasks.Task.CompletedTask;
    }
}

/// <summary>What is open below an approval.</summary>
internal enum ApprovalPanel
{
    /// <summary>The choice of answers.</summary>
    None,

    /// <summary>Its arguments, to be edited.</summary>
    Edit,

    /// <summary>The rule that it becomes.</summary>
    Rule,

    /// <summary>The note to a denial.</summary>
    Deny,
}
