using System.CommandLine;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>keys</c>: what other programs identify themselves with.</summary>
internal static class KeyCommands
{
    public static Command Create(CommandRunner runner) => new("keys", "Lists, makes and revokes the keys that programs identify themselves with.") { List(runner), CreateKey(runner), Revoke(runner) };

    private static ExampledCommand List(CommandRunner runner)
    {
        var command = new ExampledCommand("list", "Lists keys; what they are is shown once only, when they are made.", "keys list");
        return runner.Bind(command, call => Listing.ShowAsync(
            call, "keys", "/api/keys", int.MaxValue, ["Id", "Name", "Begins", "May", "Made", "Expires", "Used last", "Revoked"], key =>
            [
                call.Screen.IsRich ? new Piece(Listing.Short(key.Text("id")), Looks.Dim) : key.Text("id") ?? "",
                new Piece(key.Text("name") ?? "", key.Text("revoked_at") is null ? Looks.Strong : Looks.Dim),
                key.Text("prefix") ?? "", key.Text("scope") ?? "", Day(key.Text("created_at")), Day(key.Text("expires_at")), Day(key.Text("last_used_at")),
                new Piece(Day(key.Text("revoked_at")), Looks.Trouble),
            ]));
    }

    private static ExampledCommand CreateKey(CommandRunner runner)
    {
        var name = new Argument<string>("name") { Description = "What it is for." };
        var scope = new Option<string>("--scope") { Description = "How far it reaches, and never further than you do: read (look), run (default: give and steer tasks, too) or admin (all that you may).", HelpName = "read|run|admin", DefaultValueFactory = _ => "run" };
        scope.AcceptOnlyFromAmong("read", "run", "admin");
        var days = new Option<int?>("--expires-in-days") { Description = "After how many days it expires, up to 3650. Default: never.", HelpName = "days" };
        var command = new ExampledCommand(
            "create", "Makes a key. It is printed this once; in a pipe it is all that is printed.",
            "keys create \"build server\" --scope run --expires-in-days 30", "keys create ci --scope read > ci.key") { name, scope, days };
        return runner.Bind(command, async call =>
        {
            var body = new Dictionary<string, object?> { ["name"] = call.Value(name), ["scope"] = call.Value(scope) };
            if (call.Value(days) is { } count) body["expires_in_days"] = count;
            var key = await call.Api.SendAsync(HttpMethod.Post, "/api/keys", body, call.Cancelled);
            var secret = key.Text("key") is { Length: > 0 } told ? told : throw new CommandFailure(ExitCodes.Refused, $"What answers at {call.Api.Server.Url} is no TaskDashboard: its answer holds no key.");

            // Alone on standard output, and in one piece: KEY=$(… keys create …) is to work, and so is copying it from a narrow terminal.
            var code = call.Answer(key, () => call.Screen.Raw(SafeText.OneLine(secret)));
            call.Screen.Note($"Keep it: it is shown this once, and never again. {key.Text("name")} has the scope {key.Text("scope")}{(key.Text("expires_at") is { } end ? $", until {end}" : ", without an end")}.");
            return code;
        });
    }

    private static ExampledCommand Revoke(CommandRunner runner)
    {
        var id = new Argument<string>("key") { Description = "The key: its id, a part of it, its name, or how it begins." };
        var yes = TaskArguments.Yes();
        var command = new ExampledCommand("revoke", "Takes a key out of use, for good.", "keys revoke \"build server\"", "keys revoke 51d0e2 --yes") { id, yes };
        return runner.Bind(command, async call =>
        {
            var key = await IdMatch.FindItemAsync(call, Noun.Key, call.Value(id));
            return await Removal.DeleteAsync(call, Noun.Key, key, $"Revoke the key \"{key.Text("name")}\" ({key.Text("prefix")}…)?", call.Value(yes), done: "revoked");
        });
    }

    private static string Day(string? time) => time is { Length: > 10 } ? time[..10] : time ?? "";
}
