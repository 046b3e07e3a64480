using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using TaskDashboard.App.ViewModels.Text;
using TaskDashboard.App.ViewModels.Transcript;
using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Chats;

/// <summary>The messages that a live task has not read yet. What it shows comes from the stream, so every browser shows the same order.</summary>
public partial class QueuedMessages
{
    private readonly Dictionary<(string Id, Part Part), ElementReference> buttons = [];
    private (string Id, string Text, string ClientId, IReadOnlyList<AttachedFile> Attachments)? edit;
    private (string Id, int Place, Part Part)? focus;
    private string? problem;
    private string? announcement;

    [Inject] public required ITaskService Tasks { get; init; }

    [Parameter, EditorRequired] public required string TaskId { get; set; }

    [Parameter, EditorRequired] public required IReadOnlyList<MessageItem> Items { get; set; }

    /// <summary>Another number when there may be something new.</summary>
    [Parameter] public int Version { get; set; }

    /// <summary>Called when a message was sent from here.</summary>
    [Parameter] public EventCallback OnSent { get; set; }

    /// <summary>The parts of a chip that can have the focus.</summary>
    private enum Part
    {
        Text,
        Up,
        Down,
    }

    /// <summary>
    /// What waits, and behind it, without an item, what was read or taken back elsewhere while somebody was changing it: the same editor goes on
    /// with what was written.
    /// </summary>
    private IEnumerable<(string Key, MessageItem? Item, int Place)> Rows
    {
        get
        {
            var rows = Items.Select((item, place) => (item.Key, (MessageItem?)item, place));
            return edit is { } open && IsLost(open.Id) ? rows.Append((open.Id, null, Items.Count)) : rows;
        }
    }

    private bool IsLost(string messageId) => Items.All(item => item.Key != messageId);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // A chip that moves in the document loses the focus; it gets it back once the new order has come from the stream.
        if (focus is not { } wanted || wanted.Place >= Items.Count || Items[wanted.Place].Key != wanted.Id || edit is not null) return;
        focus = null;
        var isAtAnEnd = (wanted.Part == Part.Up && wanted.Place == 0) || (wanted.Part == Part.Down && wanted.Place == Items.Count - 1);
        if (buttons.TryGetValue((wanted.Id, isAtAnEnd ? Part.Text : wanted.Part), out var button)) await button.FocusAsync();
    }

    private static string IconOf(MessageMode mode) => mode switch
    {
        MessageMode.Steer => "steer",
        MessageMode.Interrupt => "alert",
        _ => "clock",
    };

    private Task KeyAsync(KeyboardEventArgs key, MessageItem item, int place) => key switch
    {
        { Key: "ArrowUp", AltKey: true } => MoveAsync(item, place - 1, Part.Text),
        { Key: "ArrowDown", AltKey: true } => MoveAsync(item, place + 1, Part.Text),
        { Key: "Delete" } => RemoveAsync(item, place),
        _ => Task.CompletedTask,
    };

    private void Edit(MessageItem item) => edit = (item.Key, item.Text, Guid.NewGuid().ToString("N"), item.Attachments);

    private void CloseEditor()
    {
        if (edit is { } open && Items.ToList().FindIndex(item => item.Key == open.Id) is >= 0 and var place) focus = (open.Id, place, Part.Text);
        edit = null;
    }

    private async Task<string?> SaveAsync(string text)
    {
        if (edit is not { } open) return null;
        if (text.Trim() is not { Length: > 0 } written) return L["Queued.Empty"];
        var refusal = IsLost(open.Id) ? await SendAgainAsync(written, open.ClientId, open.Attachments) : await ChangeAsync(written, open.Id);

        // The browser called the editor, not this.
        StateHasChanged();
        return refusal;
    }

    private async Task<string?> ChangeAsync(string text, string messageId)
    {
        var isSame = Items.First(item => item.Key == messageId).Text == text;
        var refusal = isSame ? null : await TryAsync(() => Tasks.ChangeQueuedAsync(TaskId, messageId, new ChangeQueuedMessage { Text = text }));
        if (refusal is null) CloseEditor();
        return refusal;
    }

    private async Task<string?> SendAgainAsync(string text, string clientId, IReadOnlyList<AttachedFile> attachments)
    {
        var again = new SendMessage(text, MessageMode.Queue, clientId) { Attachments = attachments.Count == 0 ? null : [.. attachments.Select(file => file.Id)] };
        var refusal = await TryAsync(() => Tasks.SendMessageAsync(TaskId, again));
        if (refusal is not null) return refusal;
        edit = null;
        await OnSent.InvokeAsync();
        return null;
    }

    private async Task MoveAsync(MessageItem item, int place, Part part)
    {
        if (place < 0 || place >= Items.Count) return;
        problem = await TryAsync(() => Tasks.ChangeQueuedAsync(TaskId, item.Key, new ChangeQueuedMessage { Position = place }));
        if (problem is not null) return;
        focus = (item.Key, place, part);
        announcement = L["Queued.Moved", place + 1, Items.Count];
    }

    private async Task RemoveAsync(MessageItem item, int place)
    {
        problem = await TryAsync(() => Tasks.RemoveQueuedAsync(TaskId, item.Key));
        if (problem is not null) return;
        announcement = L["Queued.Removed"];
        var next = Items.Where((other, index) => index > place && other.IsEditable).FirstOrDefault();
        if (next is not null) focus = (next.Key, place, Part.Text);
    }

    /// <summary>Null when it went well; otherwise why not.</summary>
    private async Task<string?> TryAsync(Func<Task> verb)
    {
        try
        {
            await verb();
            return null;
        }
        catch (RefusedException refusal)
        {
            return refusal.Kind == RefusalKind.NotFound ? L["Refusal.MessageGone"] : RefusalText.Of(refusal, L);
        }
    }
}
