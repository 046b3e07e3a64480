using TaskDashboard.Core.Events;
using TaskDashboard.Tests.Fixtures;

namespace TaskDashboard.Tests.Chats;

/// <summary>Somebody who watches a chat, and writes down what they get.</summary>
internal sealed class ChatWatch
{
    private readonly List<StreamFrame> frames = [];

    private ChatWatch()
    {
    }

    /// <summary>What has come so far.</summary>
    public List<StreamFrame> Frames
    {
        get
        {
            lock (frames) return [.. frames];
        }
    }

    /// <summary>The end of the stream, or of the watch.</summary>
    public Task End { get; private set; } = Task.CompletedTask;

    public static ChatWatch Of(Engine engine, string chatId, CancellationToken cancellationToken, long after = 0)
    {
        var watch = new ChatWatch();
        watch.End = Task.Run(() => watch.ReadAsync(engine, chatId, after, cancellationToken), CancellationToken.None);
        return watch;
    }

    private async Task ReadAsync(Engine engine, string chatId, long after, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(Engine.Bound);
        try
        {
            await foreach (var frame in engine.Feed.WatchChatAsync(chatId, after, bound.Token))
            {
                lock (frames) frames.Add(frame);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The viewer left.
        }
    }
}
