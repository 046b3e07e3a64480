using TaskDashboard.Core.Chats;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.ViewModels.Chats;

/// <summary>Who has which chat open on a page. In memory only: it is about this moment. Safe for threads.</summary>
public sealed class ChatViewers
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Visit>> visits = new(StringComparer.Ordinal);

    /// <summary>Somebody came to a chat or left it; with the chat's id. Raised by whoever came or left, one call at a time for each.</summary>
    public event Action<string>? Changed;

    /// <summary>Says that somebody looks at a chat until the answer is disposed.</summary>
    public IDisposable Join(string chatId, Caller caller)
    {
        var visit = new Visit(this, chatId, new ChatViewer(caller.UserId, caller.Name));
        bool isNews;
        lock (gate)
        {
            if (!visits.TryGetValue(chatId, out var here)) visits[chatId] = here = [];
            isNews = here.TrueForAll(other => other.Viewer.UserId != caller.UserId);
            here.Add(visit);
        }

        if (isNews) Changed?.Invoke(chatId);
        return visit;
    }

    /// <summary>Everybody who has the chat open, in the order in which they came; a person with several tabs once.</summary>
    public IReadOnlyList<ChatViewer> Of(string chatId)
    {
        lock (gate) return visits.TryGetValue(chatId, out var here) ? [.. here.Select(visit => visit.Viewer).DistinctBy(viewer => viewer.UserId)] : [];
    }

    private void Leave(Visit visit)
    {
        bool isNews;
        lock (gate)
        {
            if (!visits.TryGetValue(visit.ChatId, out var here) || !here.Remove(visit)) return;
            if (here.Count == 0) visits.Remove(visit.ChatId);
            isNews = here.TrueForAll(other => other.Viewer.UserId != visit.Viewer.UserId);
        }

        if (isNews) Changed?.Invoke(visit.ChatId);
    }

    private sealed class Visit(ChatViewers viewers, string chatId, ChatViewer viewer) : IDisposable
    {
        public string ChatId => chatId;

        public ChatViewer Viewer => viewer;

        public void Dispose() => viewers.Leave(this);
    }
}
