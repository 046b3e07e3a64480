using System.Globalization;
using TaskDashboard.App.ViewModels.Transcript;

namespace TaskDashboard.App.Components.Chats;

/// <summary>Where in the task's transcript its reader is led: by the address, from failure to failure, to what is new.</summary>
public partial class TaskChat
{
    private string? linkedEvent;
    private string? unknownEvent;
    private string? unreadKey;
    private bool isSeen;
    private bool isCounted;

    /// <summary>Once the log is there, goes where the address leads, or says that it leads nowhere.</summary>
    private void GoToLinked()
    {
        if (Event == linkedEvent || chat?.Transcript is not { IsCaughtUp: true } shown) return;
        linkedEvent = Event;
        place.Update(shown);
        var going = GoToAsync(Event);
        if (!going.IsCompletedSuccessfully) _ = TryAsync(() => going);
    }

    private async Task GoToAsync(string? number)
    {
        var isFound = number is null || (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && await place.GoToEventAsync(seq));
        if (linkedEvent != number) return;
        unknownEvent = isFound ? null : number;
        transcript?.Show();
        StateHasChanged();
    }

    /// <summary>Of a log that is not read whole, what went wrong in it is counted behind the first picture.</summary>
    private void CountFailures()
    {
        if (isCounted || chat!.Transcript.IsWhole) return;
        isCounted = true;
        _ = TryAsync(async () =>
        {
            await place.CountFailuresAsync();
            StateHasChanged();
        });
    }

    private void NoteSeen(bool seen)
    {
        isSeen = seen;
        NoteRead();
    }

    /// <summary>Whoever looks at the end has read everything up to it; where there are news, once their place is known.</summary>
    private void NoteRead()
    {
        if (chat is not SharedChatViewModel { Chat: { IsCaughtUp: true } shown }) return;
        if (unreadKey is null && news is { IsEmpty: false, ReadId: > 0 }) unreadKey = shown.FindNew(news.FirstId, news.FirstTaskId);
        if (isSeen) reading?.Note(shown.LastId);
    }

    private async Task ShowUnreadAsync()
    {
        // Where it begins may be known, and the reader elsewhere by now.
        if ((unreadKey is null || !place.Has(unreadKey)) && news is { } unread && chat is SharedChatViewModel { Chat: var shown } shared)
        {
            await TryAsync(async () =>
            {
                if (await shared.FindNewAsync(unread.FirstId, unread.FirstTaskId) is { } seq && await place.ReachAsync(seq)) unreadKey = shown.FindNew(unread.FirstId, unread.FirstTaskId) ?? unreadKey;
            });
        }

        news = null;
        transcript?.RevealUnread(unreadKey);
    }
}
