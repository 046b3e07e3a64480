using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Localization;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Requests;

/// <summary>What approvals and questions have in common: an answer is sent once, and a refusal is said where it happened.</summary>
public abstract class RequestView : LocalizedComponent
{
    [Inject] public required IRequestService Requests { get; init; }

    [Inject] public required IStringLocalizer<Strings> Words { get; init; }

    [Parameter, EditorRequired] public required TaskRequest Request { get; set; }

    /// <summary>The rule that an answer made has answered others with it.</summary>
    [Parameter] public EventCallback<int> OnAlsoAnswered { get; set; }

    /// <summary>An answer is on its way.</summary>
    protected bool IsSending { get; private set; }

    /// <summary>Why the last one was not taken.</summary>
    protected string? Problem { get; set; }

    protected async Task SendAsync(RequestAnswer answer)
    {
        if (IsSending) return;
        IsSending = true;
        Problem = null;
        try
        {
            var answered = await Requests.AnswerAsync(Request.RequestId, answer, "you");
            if (answered.AlsoAnswered > 0) await OnAlsoAnswered.InvokeAsync(answered.AlsoAnswered);
        }
        catch (RefusedException refusal)
        {
            Problem = refusal.Errors.Count > 0 ? string.Join(' ', refusal.Errors.Values.SelectMany(messages => messages)) : RefusalText.Of(refusal, Words);
        }
        finally
        {
            IsSending = false;
        }
    }
}
