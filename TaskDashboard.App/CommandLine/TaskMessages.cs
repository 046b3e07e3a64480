using System.CommandLine;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>tasks message</c>.</summary>
internal static class TaskMessages
{
    public static Command Create(CommandRunner runner)
    {
        var id = TaskArguments.Id();
        var message = new Argument<string>("message") { Description = "What the agent is told; - reads standard input." };
        var mode = new Option<string>("--mode")
        {
            Description = "queue (default): at the end of its turn. steer: at its next step. interrupt: now. reject: not while it runs.",
            HelpName = "queue|steer|interrupt|reject",
            DefaultValueFactory = _ => "queue",
        };
        mode.AcceptOnlyFromAmong("queue", "steer", "interrupt", "reject");
        var (watch, deltas) = (TaskWatching.WatchOption(), TaskWatching.DeltasOption());
        var command = new ExampledCommand(
            "message", "Tells a task something. One that has ended goes on in a new run.",
            "tasks message 3f9c1e \"and now in French\" --watch", "tasks message 3f9c1e \"leave the tests alone\" --mode steer", "tasks message 3f9c1e - < notes.txt") { id, message, mode, watch, deltas };
        return runner.Bind(command, async call =>
        {
            var taskId = await IdMatch.FindAsync(call, Noun.Task, call.Value(id));
            var body = new Dictionary<string, object?> { ["message"] = await call.TextOrInputAsync(call.Value(message)), ["mode"] = call.Value(mode) };

            // Before the message is there: what comes behind this is the answer to it.
            var before = call.Value(watch) ? (await call.Api.GetAsync(Noun.Task.Address(taskId), call.Cancelled)).Number("last_seq") ?? 0 : 0;
            var receipt = await call.Api.SendAsync(HttpMethod.Post, Noun.Task.Address(taskId, "/message"), body, call.Cancelled);
            if (call.Value(watch)) return await TaskWatching.WatchAsync(call, taskId, before, call.Value(deltas));
            return call.Answer(receipt, () => call.Screen.Line(call.Around.OutputIsTerminal ? "The message is stored; the task will read it." : receipt.Text("message_id") ?? ""));
        });
    }
}
