using System.CommandLine;
using System.Globalization;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>tasks watch</c>, and the <c>--watch</c> of others: follows a task to its end, and leaves with what became of it.</summary>
internal static class TaskWatching
{
    /// <summary>For commands that can go on with watching.</summary>
    public static Option<bool> WatchOption() => new("--watch", "-w") { Description = "Follow the task to its end; the exit code says what became of it." };

    public static Option<bool> DeltasOption() => new("--deltas") { Description = "With --json: the pieces of streaming text as well, which are no events and have no seq." };

    public static Command Create(CommandRunner runner)
    {
        var id = TaskArguments.Id();
        var after = new Option<long>("--after")
        {
            Description = "Only what comes behind this event of the task. Default 0: from its beginning.",
            HelpName = "seq",
        };
        after.Validators.Add(result =>
        {
            if (result.Errors.Any()) return;
            if (result.GetValueOrDefault<long>() < 0) result.AddError("--after has to be the seq of an event: 0 or more.");
        });
        var deltas = DeltasOption();
        var command = new ExampledCommand(
            "watch", "Shows a task from its beginning and follows it to its end, also across a restart of the server.",
            "tasks watch 3f9c1e", "tasks watch task_0197c0de000070008000000000000001 --after 120 --json", "tasks watch 3f9c1e --json | jq -r 'select(.type == \"message\").data.text'") { id, after, deltas };
        return runner.Bind(command, async call => await WatchAsync(call, await IdMatch.FindAsync(call, Noun.Task, call.Value(id)), call.Value(after), call.Value(deltas)));
    }

    /// <returns>The exit code that says what became of the task.</returns>
    public static async Task<int> WatchAsync(CommandCall call, string taskId, long after, bool deltas)
    {
        var stream = new TaskStream(call.Api, taskId, call.Around.Time, call.Screen.Note);
        var closed = call.Around.WhenOutputCloses();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, closed);
        using var transcript = call.WantsJson ? null : new TranscriptPrinter(call.Screen, call.Api.PageOf(taskId), call.Around.Time);
        try
        {
            return await stream.FollowAsync(after, transcript is null ? new JsonLinesView(call.Screen, deltas) : transcript, ended.Token) switch
            {
                "completed" => ExitCodes.Fine,
                "cancelled" => ExitCodes.Cancelled,
                _ => ExitCodes.Refused,
            };
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested && !call.Cancelled.IsCancellationRequested)
        {
            // As where a write finds nobody: there is nobody to tell either.
            return ExitCodes.Refused;
        }
        finally
        {
            call.WhenInterrupted = string.Create(CultureInfo.InvariantCulture, $"The task goes on; only the watching has ended. Watch on with: tasks watch {taskId} --after {stream.Cursor}");
        }
    }
}
