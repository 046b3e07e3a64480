using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// Follows a task to its end over the event stream. A connection that breaks is made again, with the cursor: each event comes once, in order, none is left out.
/// </summary>
internal sealed class TaskStream(ApiClient api, string taskId, TimeProvider time, Action<string> note)
{
    /// <summary>The server's heartbeat comes every 15 s; without anything for so long, there is nobody at the other end.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    /// <summary>Pauses before each try; together about two minutes, in which a server can be started anew. Then it is given up.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4),
        .. Enumerable.Repeat(TimeSpan.FromSeconds(5), 22),
    ];

    private const string ClosedByServer = "the server closed it";

    private string? status;
    private bool wasClosed;

    /// <summary>The last event that was shown.</summary>
    public long Cursor { get; private set; }

    /// <returns>The status that it ended with; <c>deleted</c> for a task that was deleted before it ended.</returns>
    public async Task<string?> FollowAsync(long after, ITaskView view, CancellationToken cancellationToken)
    {
        Cursor = after;
        var told = false;
        for (var failures = 0; ;)
        {
            var trouble = ClosedByServer;
            await using (var frames = ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken))
            {
                // What the view throws is not the connection's fault, and comes out of here.
                while (true)
                {
                    (var frame, var broken) = await NextAsync(frames, isFirst: status is null && failures == 0);
                    trouble = broken ?? trouble;
                    if (frame is null) break;
                    (failures, told, wasClosed) = (0, false, false);
                    view.Show(frame);
                    if (frame.Name is not ("end" or "deleted")) continue;
                    var last = frame.Name == "deleted" && !IsTerminal(status) ? "deleted" : status;
                    view.End(last);
                    return last;
                }
            }

            if (failures == Pauses.Length)
            {
                throw new CommandFailure(
                    ExitCodes.NoServer, $"The connection is gone for good: {trouble}", "The task does not need it: it goes on, or will when the server is there again.", $"Watch on with: tasks watch {taskId} --after {Cursor}");
            }

            // Closed in good order it is most often open again at once, or closed for a reason that the next answer tells.
            wasClosed = failures == 0 && trouble == ClosedByServer;
            if (!told && !wasClosed)
            {
                told = true;
                note($"The connection broke ({trouble}); connecting again.");
            }

            await Task.Delay(Pauses[failures++], time, cancellationToken);
            api.LookAgain();
        }
    }

    /// <summary>The next frame that was not shown yet; null behind the last one of this connection, with what broke it where something did.</summary>
    private async Task<(TaskFrame? Frame, string? Trouble)> NextAsync(IAsyncEnumerator<TaskFrame> frames, bool isFirst)
    {
        try
        {
            while (await frames.MoveNextAsync())
            {
                if (Take(frames.Current)) return (frames.Current, null);
            }

            // The server ends a stream like this when it stops.
            return (null, null);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException or JsonException)
        {
            return (null, broken.Message);
        }
        catch (CommandFailure refused) when (!isFirst && refused.Status is (null or 429 or >= 500))
        {
            return (null, refused.Message);
        }
        catch (CommandFailure refused) when (!isFirst && refused.Status is 401 or 403 or 404)
        {
            throw Ended(refused);
        }
    }

    /// <summary>What could be watched before is refused now. The server does not say of what is not to be seen whether it is there.</summary>
    private CommandFailure Ended(CommandFailure refused)
    {
        if (refused.Status != 404)
        {
            var why = refused.Status == 401 ? "the server does not let you in any more" : "you are not allowed to any more";
            return new CommandFailure(
                ExitCodes.NotAllowed, $"The watching has ended: {why}. The task goes on without it.", [refused.Message, .. refused.More, $"Watch on with: tasks watch {taskId} --after {Cursor}"]);
        }

        // Whoever deletes a task says so in its stream: where that was closed without it, the task is kept from this caller.
        var (exitCode, what) = wasClosed ? (ExitCodes.NotAllowed, "is no longer shared with you") : (ExitCodes.Refused, "was deleted, or is no longer shared with you");
        return new CommandFailure(exitCode, $"The watching has ended: the task {what}.", $"{refused.Message} The last event that was shown is {Cursor}.");
    }

    private async IAsyncEnumerable<TaskFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = ApiClient.Address(Noun.Task.Address(taskId, "/stream"), ("after", Cursor.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        using var response = await api.OpenAsync(HttpMethod.Get, path, null, "text/event-stream", cancellationToken);
        await using var stream = new WatchedStream(await response.Content.ReadAsStreamAsync(cancellationToken), LongestSilence, time);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken)) yield return new TaskFrame(item.EventType, item.Data, JsonElement.Parse(item.Data));
    }

    /// <summary>False for an event that was shown before.</summary>
    private bool Take(TaskFrame frame)
    {
        if (frame.Name == "snapshot")
        {
            // The log is shorter than what was seen of it: another one begins.
            if (frame.Json.Flag("resync")) Cursor = 0;
            status = frame.Json.Part("task").Text("status") ?? status;
        }

        if (frame.Seq is not { } seq) return true;
        if (seq <= Cursor) return false;
        if (seq != Cursor + 1) throw new IOException($"event {Cursor + 1} did not come");
        Cursor = seq;
        if (frame.Name == "status") status = frame.Data.Text("status") ?? status;
        return true;
    }

    private static bool IsTerminal(string? status) => status is "completed" or "failed" or "cancelled";
}
