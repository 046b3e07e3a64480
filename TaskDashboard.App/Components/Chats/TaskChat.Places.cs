using System.Globalization;
using Radzen;
using TaskDashboard.App.ViewModels.Transcript;

namespace TaskDashboard.App.Components.Chats;

/// <summary>Where in the task's transcript its reader is led: by the address, from failure to failure, to what is new.</summary>
public partial class TaskChat
{
    /// <summary>What could not be read is tried again no sooner, however much comes live.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>A reader who scrolls is told once.</summary>
    private static readonly TimeSpan TellAgainAfter = TimeSpan.FromSeconds(5);

    private string? linkedEvent;
    private string? unknownEvent;
    private string? unreadKey;
    private bool isSeen;
    private bool isCounted;
    private DateTimeOffset linkNotBefore;
    private DateTimeOffset countNotBefore;
    private DateTimeOffset tellNotBefore;

    /// <summary>Once the log is there, goes where the address leads, or says that it leads nowhere.</summary>
    private void GoToLinked()
    {
        if (Event == linkedEvent || chat?.Transcript is not { IsCaughtUp: true } shown || Time.GetUtcNow() < linkNotBefore) return;
        linkedEvent = Event;
        place.Update(shown);
        var going = GoToAsync(Event);
        if (!going.IsCompletedSuccessfully) _ = TryAsync(() => going);
    }

    private async Task GoToAsync(string? number)
    {
        var isFound = number is null || (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && await place.GoToEventAsync(seq));
        if (linkedEvent != number) return;
        if (!isFound && place.Log is { HasFailed: true })
        {
            // Nobody knows whether the log has it.
            (linkedEvent, linkNotBefore) = (null, Time.GetUtcNow() + ReadAgainAfter);
            await Task.Delay(ReadAgainAfter, Time, closing.Token);
            GoToLinked();
            return;
        }

        unknownEvent = isFound ? null : number;
        transcript?.Show();
        StateHasChanged();
    }

    /// <summary>Of a log that is not read whole, what went wrong in it is counted behind the first picture.</summary>
    private void CountFailures()
    {
        if (isCounted || chat!.Transcript.IsWhole || Time.GetUtcNow() < countNotBefore) return;
        isCounted = true;
        _ = TryAsync(async () =>
        {
            isCounted = await place.CountFailuresAsync();
            StateHasChanged();
            if (isCounted) return;
            countNotBefore = Time.GetUtcNow() + ReadAgainAfter;
            await Task.Delay(ReadAgainAfter, Time, closing.Token);
            CountFailures();
        });
    }

    /// <summary>What the reader wanted could not be read: they are where they were, and can try again.</summary>
    private void TellNotRead()
    {
        var now = Time.GetUtcNow();
        if (now < tellNotBefore) return;
        tellNotBefore = now + TellAgainAfter;
        Notifications.Notify(NotificationSeverity.Error, L["Chat.NotRead"], L["Chat.NotReadText"]);
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

        // Where it could not be read it can be asked for again.
        if (unreadKey is null && place.Log is { HasFailed: true }) return;
        news = null;
        transcript?.RevealUnread(unreadKey);
    }
}
