using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using TaskDashboard.App.Api.Json;
using TaskDashboard.App.People;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Hubs;

/// <summary>The same streams as the event streams of the API, for SignalR clients.</summary>
/// <remarks>A call has a scope of its own, which does not know yet who asks: it is told first, and asked for the engine then.</remarks>
internal sealed class TaskHub(IServiceProvider scope, CurrentCaller current) : Hub
{
    /// <summary>A snapshot, the durable events behind the cursor, then live; completes behind <c>end</c> or <c>deleted</c>.</summary>
    /// <param name="taskId">The task.</param>
    /// <param name="after">The last sequence number that the caller has; null or 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream when the caller does, or goes.</param>
    public async IAsyncEnumerable<HubFrame> StreamTask(
        string taskId, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after < 0) throw new HubException("validation: after has to be 0 or more.");

        var (reader, feed) = Open();

        // Asked here as well as by the feed: an iterator cannot translate what is thrown inside the loop below.
        if (await reader.FindAsync(taskId, cancellationToken) is null) throw new HubException($"not_found: There is no task {taskId}.");

        await foreach (var frame in feed.WatchTaskAsync(taskId, after ?? 0, cancellationToken))
            yield return new HubFrame(frame.Name, frame.Cursor, new RawJson(frame.Json));
    }

    /// <summary>A snapshot, the durable events of all tasks of the chat behind the cursor, then live; completes when the chat is deleted.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="after">The last event id that the caller has; null or 0 for none.</param>
    /// <param name="cancellationToken">Ends the stream when the caller does, or goes.</param>
    public async IAsyncEnumerable<HubFrame> StreamChat(
        string chatId, long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (after < 0) throw new HubException("validation: after has to be 0 or more.");
        var (_, feed) = Open();
        if (await scope.GetRequiredService<IChatService>().FindAsync(chatId, current.Value, cancellationToken) is null) throw new HubException($"not_found: There is no chat {chatId}.");

        await foreach (var frame in feed.WatchChatAsync(chatId, after ?? 0, cancellationToken))
            yield return new HubFrame(frame.Name, frame.Cursor, new RawJson(frame.Json));
    }

    /// <summary>A snapshot of the counts, then every change of the list, each batch followed by the counts.</summary>
    public async IAsyncEnumerable<HubFrame> StreamChanges([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (_, feed) = Open();
        await foreach (var frame in feed.WatchListAsync(after: null, cancellationToken))
            yield return new HubFrame(frame.Name, frame.Cursor, new RawJson(frame.Json));
    }

    private (ITaskReader Reader, ITaskFeed Feed) Open()
    {
        current.TakeFrom(Context.GetHttpContext());
        return (scope.GetRequiredService<ITaskReader>(), scope.GetRequiredService<ITaskFeed>());
    }
}
