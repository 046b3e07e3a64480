using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>triggers</c>.</summary>
internal static class TriggerCommands
{
    public static Command Create(CommandRunner runner) => new("triggers", "Lists, makes, holds, fires and deletes what starts tasks by itself.")
    {
        List(runner), Show(runner), CreateTrigger(runner),
        Verb(runner, "pause", "Holds a trigger: what is due meanwhile is not caught up on.", "It is held."),
        Verb(runner, "resume", "Lets a trigger fire again, from now on.", "It fires again."),
        Run(runner), Delete(runner),
    };

    private static ExampledCommand List(CommandRunner runner)
    {
        var task = new Option<string?>("--task") { Description = "Only those of this task.", HelpName = "task" };
        var command = new ExampledCommand("list", "Lists triggers, the next to fire first.", "triggers list", "triggers list --task 3f9c1e --json") { task };
        return runner.Bind(command, async call => await Listing.ShowAsync(
            call, "triggers", ApiClient.Address("/api/triggers", ("task_id", await TaskArguments.FindAsync(call, Noun.Task, call.Value(task)))), int.MaxValue,
            ["Id", "State", "Name", "When", "Next"], trigger =>
            [
                call.Screen.IsRich ? new Piece(Listing.Short(trigger.Text("id")), Looks.Dim) : trigger.Text("id") ?? "",
                new Piece(trigger.Text("state") ?? "", Looks.OfStatus(trigger.Text("state"))),
                call.Screen.IsRich ? Cells.Cut(SafeText.OneLine(trigger.Text("name")), Math.Max(16, call.Screen.Width - 72)) : trigger.Text("name") ?? "",
                When(trigger),
                trigger.Text("next_at") ?? "",
            ]));
    }

    private static ExampledCommand Show(CommandRunner runner)
    {
        var id = TriggerId();
        var command = new ExampledCommand("show", "Shows one trigger with its next firings.", "triggers show \"Morning report\"") { id };
        return runner.Bind(command, async call =>
        {
            var trigger = await call.Api.GetAsync(Noun.Trigger.Address(await IdMatch.FindAsync(call, Noun.Trigger, call.Value(id))), call.Cancelled);
            return call.Answer(trigger, () => Print(call, trigger));
        });
    }

    private static ExampledCommand CreateTrigger(CommandRunner runner)
    {
        var message = new Argument<string>("message") { Description = "What the agent is told at each firing; - reads standard input." };
        var cron = new Option<string?>("--cron") { Description = "Five fields as in crontab, six with seconds first, or @daily and the like.", HelpName = "expression" };
        var zone = new Option<string?>("--time-zone") { Description = "Of --cron, such as Europe/Berlin. Default UTC.", HelpName = "zone" };
        var every = new Option<string?>("--every") { Description = "Every so often instead: 30s, 15m, 2h, 1d.", HelpName = "time" };
        var task = new Option<string?>("--task") { Description = "The task whose runs it starts. Without it, it makes a task of its own for --agent.", HelpName = "task" };
        var agent = TaskArguments.Agent("Who works: the id or the name of an agent.");
        var name = new Option<string?>("--name") { Description = "Default: the beginning of the message.", HelpName = "name" };
        var overlap = new Option<string?>("--overlap") { Description = "When the run before is not over: skip (default), queue or cancel_previous.", HelpName = "skip|queue|cancel_previous" };
        var catchUp = new Option<string?>("--catch-up") { Description = "What was missed while no server ran: none, last (default) or all.", HelpName = "none|last|all" };
        var command = new ExampledCommand(
            "create", "Makes a schedule: by a cron expression, or every so often.",
            "triggers create \"Say what is new in the inbox\" --cron \"0 8 * * 1-5\" --time-zone Europe/Berlin --agent Assistant", "triggers create \"Look again\" --every 15m --task 3f9c1e") { message, cron, zone, every, task, agent, name, overlap, catchUp };
        return runner.Bind(command, async call =>
        {
            if (call.Value(cron) is null == call.Value(every) is null) throw CommandFailure.Usage("Say when: either --cron or --every.");
            var body = new Dictionary<string, object?>
            {
                ["message"] = await call.TextOrInputAsync(call.Value(message)),
                ["cron"] = call.Value(cron),
                ["time_zone"] = call.Value(zone),
                ["every_s"] = call.Value(every) is { } often ? DurationText.Seconds("--every", often) : null,
                ["name"] = call.Value(name),
                ["overlap"] = call.Value(overlap),
                ["catch_up"] = call.Value(catchUp),
            };
            body["task_id"] = await TaskArguments.FindAsync(call, Noun.Task, call.Value(task));
            body["agent_id"] = await TaskArguments.FindAsync(call, Noun.Agent, call.Value(agent));
            var trigger = await call.Api.SendAsync(HttpMethod.Post, "/api/triggers", body.Where(pair => pair.Value is not null).ToDictionary(), call.Cancelled);
            return call.Answer(trigger, () =>
            {
                if (call.Around.OutputIsTerminal) Print(call, trigger);
                else call.Screen.Line(trigger.Text("id") ?? "");
            });
        });
    }

    private static ExampledCommand Verb(CommandRunner runner, string verb, string description, string done)
    {
        var id = TriggerId();
        var command = new ExampledCommand(verb, description, $"triggers {verb} \"Morning report\"") { id };
        return runner.Bind(command, async call =>
        {
            var trigger = await call.Api.SendAsync(HttpMethod.Post, Noun.Trigger.Address(await IdMatch.FindAsync(call, Noun.Trigger, call.Value(id)), $"/{verb}"), null, call.Cancelled);
            return call.Answer(trigger, () => call.Screen.Line(done));
        });
    }

    private static ExampledCommand Run(CommandRunner runner)
    {
        var id = TriggerId();
        var (watch, deltas) = (TaskWatching.WatchOption(), TaskWatching.DeltasOption());
        var command = new ExampledCommand("run", "Fires a trigger now.", "triggers run \"Morning report\" --watch") { id, watch, deltas };
        return runner.Bind(command, async call =>
        {
            var triggerId = await IdMatch.FindAsync(call, Noun.Trigger, call.Value(id));
            var taskId = (await call.Api.GetAsync(Noun.Trigger.Address(triggerId), call.Cancelled)).Text("task_id");
            var before = call.Value(watch) && taskId is not null ? await LastSeqAsync(call, taskId) : 0;
            var firing = await call.Api.SendAsync(HttpMethod.Post, Noun.Trigger.Address(triggerId, "/run"), null, call.Cancelled);
            if (call.Value(watch) && firing.Text("outcome") != "skipped" && (firing.Text("task_id") ?? taskId) is { } started) return await TaskWatching.WatchAsync(call, started, before, call.Value(deltas));
            return call.Answer(firing, () => call.Screen.Line(firing.Text("outcome") switch
            {
                "started" => "It has started a run.",
                "queued" => "It waits for the run before to end.",
                var other => $"It was {other}: {firing.Text("reason_text") ?? firing.Text("reason")}",
            }));
        });
    }

    private static ExampledCommand Delete(CommandRunner runner)
    {
        var (id, yes) = (TriggerId(), TaskArguments.Yes());
        var command = new ExampledCommand("delete", "Deletes a trigger with its history; its task stays.", "triggers delete \"Morning report\" --yes") { id, yes };
        return runner.Bind(command, async call =>
        {
            var trigger = await call.Api.GetAsync(Noun.Trigger.Address(await IdMatch.FindAsync(call, Noun.Trigger, call.Value(id))), call.Cancelled);
            return await Removal.DeleteAsync(call, Noun.Trigger, trigger, $"Delete the trigger \"{trigger.Text("name")}\" with its history?", call.Value(yes));
        });
    }

    /// <summary>A trigger that has not fired yet may have no task.</summary>
    private static async Task<long> LastSeqAsync(CommandCall call, string taskId)
    {
        try
        {
            return (await call.Api.GetAsync(Noun.Task.Address(taskId), call.Cancelled)).Number("last_seq") ?? 0;
        }
        catch (CommandFailure missing) when (missing.Status == 404)
        {
            return 0;
        }
    }

    private static void Print(CommandCall call, JsonElement trigger) => Listing.PrintFields(
        call.Screen,
        [
            ("name", new Piece(trigger.Text("name") ?? "", Looks.Strong)), ("id", trigger.Text("id") ?? ""),
            ("state", new Piece(trigger.Text("state") ?? "", Looks.OfStatus(trigger.Text("state")))), ("because", trigger.Text("state_text") ?? ""),
            ("when", When(trigger)), ("says", trigger.Text("message") ?? ""), ("task", trigger.Text("task_id") ?? ""), ("address", trigger.Text("webhook_path") ?? ""),
            ("fired", trigger.Number("fired")?.ToString(CultureInfo.InvariantCulture) ?? ""),
            ("next", string.Join(", ", trigger.List("next_firings").Take(3).Select(time => time.ToString()))),
        ]);

    private static string When(JsonElement trigger) => (trigger.Text("cron"), trigger.Number("every_s")) switch
    {
        ({ } cron, _) => $"{cron} ({trigger.Text("time_zone")})",
        (_, { } seconds) => string.Create(CultureInfo.InvariantCulture, $"every {seconds} s"),
        _ => trigger.Text("kind") ?? "",
    };

    private static Argument<string> TriggerId() => new("trigger") { Description = "The trigger: its id, a part of it, or its name." };
}
