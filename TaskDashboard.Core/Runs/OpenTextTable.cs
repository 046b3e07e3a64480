using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskDashboard.Core.Chats;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Runs;

/// <summary>
/// The messages that are streaming in, in all runs: written to the store every three quarters of a second, so that a crash loses less than a
/// second of text. Many runs share one commit.
/// </summary>
internal sealed class OpenTextTable(ITaskLog log, TimeProvider time, ILogger<OpenTextTable> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(750);

    private readonly ConcurrentDictionary<string, OpenEntry> open = new(StringComparer.Ordinal);

    public void Append(ChatEntry entry, string piece)
    {
        var text = open.GetOrAdd(entry.MessageId, static (_, entry) => new OpenEntry(entry), entry);
        text.Append(piece);
    }

    /// <summary>Forgets a message whose final text is on disk.</summary>
    public void Close(string messageId) => open.TryRemove(messageId, out _);

    /// <summary>Writes what has come since the last time.</summary>
    public async Task CheckpointAsync()
    {
        var changed = new List<ChatEntry>();
        foreach (var text in open.Values)
        {
            if (text.TakeChange() is { } entry) changed.Add(entry);
        }

        if (changed.Count > 0) await log.CheckpointAsync(changed);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CheckpointAsync();
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    logger.LogError(exception, "Streaming text could not be checkpointed; it is tried again with the next piece.");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops; the dispatcher's drain writes the last checkpoint.
        }
    }

    private sealed class OpenEntry(ChatEntry entry)
    {
        private readonly StringBuilder text = new();
        private int written;

        public void Append(string piece)
        {
            lock (text) text.Append(piece);
        }

        public ChatEntry? TakeChange()
        {
            lock (text)
            {
                if (text.Length == written) return null;
                written = text.Length;
                return entry with { Text = text.ToString() };
            }
        }
    }
}
