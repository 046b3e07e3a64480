using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>chats</c>.</summary>
internal static class ChatCommands
{
    public static Command Create(CommandRunner runner) => new("chats", "Lists, shows, renames, archives and deletes chats.") { List(runner), Show(runner), Rename(runner), Archive(runner), Delete(runner) };

    private static ExampledCommand List(CommandRunner runner)
    {
        var (limit, everything) = (TaskArguments.Limit(50), TaskArguments.Everything());
        var search = new Option<string?>("--search", "-s") { Description = "Only those with these words.", HelpName = "words" };
        var archived = new Option<bool>("--archived") { Description = "Those that are archived, instead of the others." };
        var command = new ExampledCommand("list", "Lists chats, the newest first.", "chats list", "chats list --archived --search invoices") { search, archived, limit, everything };
        return runner.Bind(command, async call =>
        {
            var now = call.Around.Time.GetUtcNow();
            var address = ApiClient.Address("/api/chats", ("q", call.Value(search)), ("archived", call.Value(archived) ? "true" : null));
            var owners = call.WantsJson ? new ChatOwners() : await ChatOwners.ReadAsync(call);
            string[] whose = owners.AreKnown ? ["Whose"] : [];
            return await Listing.ShowAsync(call, "chats", address, TaskArguments.Most(call, limit, everything), ["Id", "Title", .. whose, "Tasks", "Running", "Changed"], chat =>
            [
                call.Screen.IsRich ? new Piece(Listing.Short(chat.Text("id")), Looks.Dim) : chat.Text("id") ?? "",
                call.Screen.IsRich ? Cells.Cut(SafeText.OneLine(chat.Text("title")), Math.Max(20, call.Screen.Width - 44 - (whose.Length * 14))) : chat.Text("title") ?? "",
                .. whose.Select(_ => (Piece)(call.Screen.IsRich ? Cells.Cut(SafeText.OneLine(owners.Of(chat)), 12) : owners.Of(chat))),
                Count(chat, "task_count"),
                new Piece(Count(chat, "running_count"), Looks.OfStatus("running")),
                call.Screen.IsRich && chat.Time("updated_at") is { } at ? new Piece(DurationText.Ago(now - at), Looks.Dim) : chat.Text("updated_at") ?? "",
            ]);
        });
    }

    private static ExampledCommand Show(CommandRunner runner)
    {
        var id = TaskArguments.Id("chat");
        var messages = new Option<bool>("--messages") { Description = "What was said in it, too; with --json only that, one message on a line." };
        var command = new ExampledCommand("show", "Shows one chat.", "chats show 8b21aa", "chats show 8b21aa --messages") { id, messages };
        return runner.Bind(command, async call =>
        {
            var chatId = await IdMatch.FindAsync(call, Noun.Chat, call.Value(id));
            var chat = await call.Api.GetAsync(Noun.Chat.Address(chatId), call.Cancelled);
            if (!call.WantsJson) Print(call.Screen, chat, await ChatOwners.ReadAsync(call));
            else if (!call.Value(messages)) call.Screen.Raw(chat.ToLine());
            if (!call.Value(messages)) return ExitCodes.Fine;
            string? speaking = null;
            await foreach (var entry in call.Api.ListAsync(Noun.Chat.Address(chatId, "/messages"), int.MaxValue, call.Cancelled))
            {
                if (call.WantsJson)
                {
                    call.Screen.Raw(entry.ToLine());
                    continue;
                }

                // What belongs to a further task has its badge, as on the page; without one it is the conversation itself.
                if (entry.Text("task_id") is var task && task != speaking) call.Screen.Line(new Piece(task is null ? "· the conversation" : $"· task {Listing.Short(task)}", Looks.Dim));
                speaking = task;
                PrintEntry(call.Screen, entry);
            }

            return ExitCodes.Fine;
        });
    }

    private static ExampledCommand Rename(CommandRunner runner)
    {
        var id = TaskArguments.Id("chat");
        var title = new Argument<string>("title") { Description = "Its new title." };
        var command = new ExampledCommand("rename", "Gives a chat another title.", "chats rename 8b21aa \"Invoices of March\"") { id, title };
        return runner.Bind(command, call => ChangeAsync(call, call.Value(id), "title", call.Value(title), chat => $"It is called \"{chat.Text("title")}\" now."));
    }

    private static ExampledCommand Archive(CommandRunner runner)
    {
        var id = TaskArguments.Id("chat");
        var restore = new Option<bool>("--restore") { Description = "Bring it back." };
        var command = new ExampledCommand("archive", "Puts a chat away; its tasks go on.", "chats archive 8b21aa", "chats archive 8b21aa --restore") { id, restore };
        return runner.Bind(command, call => ChangeAsync(call, call.Value(id), "archived", !call.Value(restore), _ => call.Value(restore) ? "It is back." : "It is archived."));
    }

    private static ExampledCommand Delete(CommandRunner runner)
    {
        var (id, yes) = (TaskArguments.Id("chat"), TaskArguments.Yes());
        var command = new ExampledCommand("delete", "Deletes a chat with its tasks.", "chats delete 8b21aa", "chats delete 8b21aa --yes") { id, yes };
        return runner.Bind(command, async call =>
        {
            var chat = await call.Api.GetAsync(Noun.Chat.Address(await IdMatch.FindAsync(call, Noun.Chat, call.Value(id))), call.Cancelled);
            var (tasks, running) = (chat.Number("task_count") ?? 0, chat.Number("running_count") ?? 0);
            return await Removal.DeleteAsync(call, Noun.Chat, chat, string.Create(CultureInfo.InvariantCulture, $"Delete the chat \"{chat.Text("title")}\" with its {tasks} {(tasks == 1 ? "task" : "tasks")}, {running} of them running?"), call.Value(yes));
        });
    }

    private static async Task<int> ChangeAsync(CommandCall call, string id, string field, object value, Func<JsonElement, string> words)
    {
        var chatId = await IdMatch.FindAsync(call, Noun.Chat, id);
        var chat = await call.Api.SendAsync(HttpMethod.Patch, Noun.Chat.Address(chatId), new Dictionary<string, object?> { [field] = value }, call.Cancelled);
        return call.Answer(chat, () => call.Screen.Line(words(chat)));
    }

    private static void Print(Screen screen, JsonElement chat, ChatOwners owners) => Listing.PrintFields(
        screen,
        [
            ("title", new Piece(chat.Text("title") ?? "", Looks.Strong)), ("id", chat.Text("id") ?? ""), ("whose", owners.Of(chat)),
            ("tasks", Count(chat, "task_count")), ("running", Count(chat, "running_count")),
            ("created", chat.Text("created_at") ?? ""), ("changed", chat.Text("updated_at") ?? ""), ("archived", chat.Text("archived_at") ?? ""),
        ]);

    private static void PrintEntry(Screen screen, JsonElement entry)
    {
        var (role, text) = (entry.Text("role"), entry.Text("text") ?? "");
        if (role == "user") screen.Line();
        screen.Line(role switch
        {
            "user" when entry.Text("state") == "removed" => new Piece($"> {text}  (taken back, unread)", Looks.Dim),
            "user" => new Piece($"> {text}", Looks.Person),
            "assistant" => text,
            "thought" => new Piece(text, Looks.Thought),
            "tool_use" => new Piece($"▸ {entry.Text("tool_name")} {Cells.Cut(SafeText.OneLine(text), 200)}", Looks.Tool),
            _ => new Piece($"  {Cells.Cut(SafeText.OneLine(text), 200)}", Looks.Dim),
        });
    }

    private static string Count(JsonElement chat, string field) => chat.Number(field)?.ToString(CultureInfo.InvariantCulture) ?? "";
}
