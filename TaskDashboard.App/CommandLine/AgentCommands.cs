using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary><c>agents</c>.</summary>
internal static class AgentCommands
{
    public static Command Create(CommandRunner runner) => new("agents", "Lists, shows, exports, imports and archives agents.") { List(runner), Show(runner), Export(runner), Import(runner), Archive(runner) };

    private static ExampledCommand List(CommandRunner runner)
    {
        var archived = new Option<bool>("--archived") { Description = "Those that take no new tasks, instead of the others." };
        var command = new ExampledCommand("list", "Lists agents by name.", "agents list", "agents list --json | jq -r .name") { archived };
        return runner.Bind(command, call => Listing.ShowAsync(
            call, "agents", ApiClient.Address("/api/agents", ("archived", call.Value(archived) ? "true" : null)), int.MaxValue, ["Name", "Model", "Tools", "Description", "Id"], agent =>
            [
                new Piece(agent.Text("name") ?? "", Looks.Strong),
                agent.Text("model") ?? $"({agent.Text("role")})",
                ToolCount(agent),
                call.Screen.IsRich ? Cells.Cut(SafeText.OneLine(agent.Text("description")), Math.Max(20, call.Screen.Width - 48)) : agent.Text("description") ?? "",
                call.Screen.IsRich ? new Piece(Listing.Short(agent.Text("id")), Looks.Dim) : agent.Text("id") ?? "",
            ]));
    }

    private static ExampledCommand Show(CommandRunner runner)
    {
        var id = AgentId();
        var command = new ExampledCommand("show", "Shows one agent.", "agents show Assistant", "agents show Assistant --json") { id };
        return runner.Bind(command, async call =>
        {
            var agent = await call.Api.GetAsync(Noun.Agent.Address(await IdMatch.FindAsync(call, Noun.Agent, call.Value(id))), call.Cancelled);
            return call.Answer(agent, () =>
            {
                Listing.PrintFields(
                    call.Screen,
                    [
                        ("name", new Piece(agent.Text("name") ?? "", Looks.Strong)), ("id", agent.Text("id") ?? ""), ("for", agent.Text("description") ?? ""),
                        ("model", agent.Text("model") ?? $"the one of the role {agent.Text("role")}"),
                        ("tools", string.Join(", ", agent.List("tools").Select(tool => tool.ToString()))),
                        ("approval", agent.Part("approval").Text("mode") ?? ""), ("folder", agent.Text("work_dir") ?? ""), ("archived", agent.Text("archived_at") ?? ""),
                    ]);
                if (agent.Text("instructions") is not { Length: > 0 } instructions) return;
                call.Screen.Line();
                call.Screen.Line(instructions);
            });
        });
    }

    private static ExampledCommand Export(CommandRunner runner)
    {
        var id = AgentId();
        var format = new Option<string>("--format") { Description = "yaml (default) or json.", HelpName = "yaml|json", DefaultValueFactory = _ => "yaml" };
        format.AcceptOnlyFromAmong("yaml", "json");
        var output = new Option<string?>("--output", "-o") { Description = "The file to write. Default: standard output.", HelpName = "file" };
        var command = new ExampledCommand("export", "Writes an agent as a file, without secrets.", "agents export Assistant > assistant.agent.yaml", "agents export Assistant -o assistant.agent.yaml") { id, format, output };
        return runner.Bind(command, async call =>
        {
            var agentId = await IdMatch.FindAsync(call, Noun.Agent, call.Value(id));
            var wanted = call.WantsJson ? "json" : call.Value(format);
            var file = await call.Api.ReadTextAsync(HttpMethod.Get, ApiClient.Address(Noun.Agent.Address(agentId, "/export"), ("format", wanted)), null, call.Cancelled);
            if (call.Value(output) is not { } path) call.Screen.Content(file);
            else
            {
                await Files.WriteAsync(path, file, call.Cancelled);
                call.Screen.Note($"{path} is written.");
            }

            return ExitCodes.Fine;
        });
    }

    private static ExampledCommand Import(CommandRunner runner)
    {
        var path = new Argument<string>("file") { Description = "A file that was exported, in YAML or JSON; - reads standard input." };
        var command = new ExampledCommand("import", "Makes an agent of a file. A name that is taken gets a number behind it.", "agents import assistant.agent.yaml", "agents import - < assistant.agent.yaml") { path };
        return runner.Bind(command, async call =>
        {
            var (name, text) = call.Value(path) == "-" ? (null, await call.TextOrInputAsync("-")) : (Path.GetFileName(call.Value(path)), await Files.ReadAsync(call.Value(path), call.Cancelled));
            var isJson = name is null ? text.AsSpan().TrimStart().StartsWith("{") : name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            var content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue(isJson ? "application/json" : "application/yaml"));
            var answer = await call.Api.SendContentAsync(HttpMethod.Post, "/api/agents/import", content, call.Cancelled);
            return call.Answer(answer, () =>
            {
                var agent = answer.Part("agent");
                call.Screen.Line(new Piece("✓ ", Looks.OfStatus("completed")), new Piece(agent.Text("name") ?? "", Looks.Strong), $"  {agent.Text("id")}");
                foreach (var warning in answer.List("warnings")) call.Screen.Line(new Piece($"  {warning}", Looks.Attention));
                foreach (var secret in answer.List("secrets")) call.Screen.Line(new Piece($"  {secret} has to be given again: no file holds it.", Looks.Attention));
            });
        });
    }

    private static ExampledCommand Archive(CommandRunner runner)
    {
        var id = AgentId();
        var restore = new Option<bool>("--restore") { Description = "Bring it back." };
        var command = new ExampledCommand("archive", "Lets an agent take no new tasks; its live ones go on.", "agents archive Researcher", "agents archive Researcher --restore") { id, restore };
        return runner.Bind(command, async call =>
        {
            var agentId = await IdMatch.FindAsync(call, Noun.Agent, call.Value(id));
            var agent = await call.Api.SendAsync(HttpMethod.Patch, Noun.Agent.Address(agentId), new Dictionary<string, object?> { ["archived"] = !call.Value(restore) }, call.Cancelled);
            return call.Answer(agent, () => call.Screen.Line(call.Value(restore) ? $"{agent.Text("name")} takes tasks again." : $"{agent.Text("name")} takes no new tasks."));
        });
    }

    private static Argument<string> AgentId() => new("agent") { Description = "The agent: its id, a part of it, or its name." };

    private static string ToolCount(JsonElement agent) => agent.List("tools").Count().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
