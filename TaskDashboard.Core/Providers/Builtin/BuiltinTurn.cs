using System.Text.Json;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>
/// The present turn of a conversation: what was asked for since the assistant last ended an answer, and which of its tool calls
/// have results. Worked out from the messages alone, so that the same conversation always leads to the same answer.
/// </summary>
internal sealed class BuiltinTurn
{
    private BuiltinTurn(IReadOnlyList<InstructionRound> rounds, IReadOnlyList<string> results, int calls, IReadOnlyList<string> attached, CommandOutcome? commandBefore)
    {
        Attached = attached;
        CommandBefore = commandBefore;
        Rounds = rounds;
        Results = results;
        CallsBefore = calls;
    }

    public IReadOnlyList<InstructionRound> Rounds { get; }

    /// <summary>What the tool calls of this turn brought back, in the order of the calls.</summary>
    public IReadOnlyList<string> Results { get; }

    /// <summary>How many tool calls the whole conversation holds: makes call ids that do not repeat.</summary>
    public int CallsBefore { get; }

    /// <summary>Names of the files that came with messages, in their order.</summary>
    public IReadOnlyList<string> Attached { get; }

    /// <summary>The last command of the turns before, with what came of it; null when there was none.</summary>
    public CommandOutcome? CommandBefore { get; }

    public static BuiltinTurn Read(IReadOnlyList<ChatMessage> messages)
    {
        var start = Start(messages);
        var lastPath = LastPath(messages, start);
        List<InstructionRound> rounds = [];
        List<string> callIds = [];
        Dictionary<string, string> results = [];
        var number = 0;
        foreach (var message in messages.Skip(start))
        {
            number++;
            if (message.Role == ChatRole.User)
            {
                var said = WordsOf(message);
                if (said.StartsWith(ConversationMarks.Summary, StringComparison.Ordinal)) continue; // Another model's words, of another turn.
                var more = said.StartsWith(ConversationMarks.News, StringComparison.Ordinal)
                    ? [new InstructionRound([new Instruction(InstructionKind.News, said[ConversationMarks.News.Length..].Trim())])]
                    : InstructionParser.Parse(said);

                // A word in the middle of the work: "stop" drops what has not been begun, everything else is done as well.
                if (rounds.Count > 0 && more.Any(IsStop)) KeepBegun(rounds, callIds.Count);
                rounds.AddRange(more.Select(round => round with { Message = number }));
            }

            foreach (var content in message.Contents)
            {
                if (content is FunctionCallContent call) callIds.Add(call.CallId);
                else if (content is FunctionResultContent result) results[result.CallId] = Text(result);
            }
        }

        List<string> attached = [.. messages.SelectMany(message => message.Contents).Select(AttachedName).OfType<string>()];
        var all = messages.Sum(message => message.Contents.Count(content => content is FunctionCallContent));
        return new BuiltinTurn(
            [.. rounds.Select(round => Resolve(round, attached, ref lastPath))],
            [.. callIds.Select(id => results.GetValueOrDefault(id, "Error: there is no result of this call."))],
            all,
            attached,
            LastCommand(messages, start));
    }

    /// <summary>What the user wrote; what is written in an attached file, or came in from outside, is not for this model to carry out.</summary>
    private static string WordsOf(ChatMessage message)
    {
        var words = string.Concat(message.Contents.OfType<TextContent>().Where(text => AttachedName(text) is null).Select(text => text.Text));
        var delivered = words.IndexOf(ConversationMarks.Delivered, StringComparison.Ordinal);
        return delivered < 0 ? words : words[..delivered].TrimEnd();
    }

    private static string? AttachedName(AIContent content) => content switch
    {
        DataContent data => data.Name,
        _ => content.AdditionalProperties?.TryGetValue(ConversationMarks.Attachment, out var name) is true ? name as string : null,
    };

    /// <summary>A turn begins with the first user message behind an answer that called no tool.</summary>
    private static int Start(IReadOnlyList<ChatMessage> messages)
    {
        for (var index = messages.Count - 1; index > 0; index--)
        {
            if (messages[index].Role == ChatRole.User && messages[index - 1] is { } before && before.Role == ChatRole.Assistant
                && !before.Contents.Any(content => content is FunctionCallContent))
            {
                return index;
            }
        }

        return 0;
    }

    private static bool IsStop(InstructionRound round) => round.Instructions[0].Kind == InstructionKind.Stop;

    private static void KeepBegun(List<InstructionRound> rounds, int calls)
    {
        var begun = 0;
        while (begun < rounds.Count && calls > 0) calls -= rounds[begun++].Instructions.Count(instruction => instruction.Kind < InstructionKind.SayWords);
        rounds.RemoveRange(begun, rounds.Count - begun);
        for (var index = 0; index < rounds.Count; index++) rounds[index] = rounds[index] with { IsStopped = true };
    }

    /// <summary>The file that "it" and a missing name mean: the one that was spoken of last.</summary>
    private static string LastPath(IReadOnlyList<ChatMessage> messages, int before)
    {
        for (var index = before - 1; index >= 0; index--)
        {
            foreach (var call in messages[index].Contents.OfType<FunctionCallContent>().Reverse())
            {
                if (call.Name is "read_file" or "write_file" or "edit_file" or "count_text" && call.Arguments is { } arguments
                    && arguments.TryGetValue("path", out var value) && value?.ToString() is { Length: > 0 } path)
                {
                    return path;
                }

                if (call.Name == "read_attachment" && call.Arguments?.TryGetValue("name", out var name) is true && name?.ToString() is { Length: > 0 } attached) return attached;
            }
        }

        return "";
    }

    private static CommandOutcome? LastCommand(IReadOnlyList<ChatMessage> messages, int before)
    {
        var call = messages.Take(before).SelectMany(message => message.Contents).OfType<FunctionCallContent>().LastOrDefault(one => one.Name == "run_command");
        if (call?.Arguments is not { } arguments || InstructionCall.Argument(arguments, "command") is not { } command) return null;
        var result = messages.Take(before).SelectMany(message => message.Contents).OfType<FunctionResultContent>().LastOrDefault(one => one.CallId == call.CallId);
        return result is null ? null : new CommandOutcome(command, Text(result));
    }

    private static InstructionRound Resolve(InstructionRound round, List<string> attached, ref string lastPath)
    {
        List<Instruction> resolved = [];
        foreach (var instruction in round.Instructions)
        {
            var wantsFile = instruction.Kind is InstructionKind.ReadFile or InstructionKind.Summarise or InstructionKind.Count or InstructionKind.Write or InstructionKind.Edit;
            var with = wantsFile && instruction.Path.Length == 0 ? instruction with { Path = instruction.IsAttached && attached.Count > 0 ? attached[^1] : lastPath } : instruction;
            if (wantsFile) lastPath = with.Path;
            resolved.Add(with);
        }

        return round with { Instructions = resolved };
    }

    private static string Text(FunctionResultContent result) => result switch
    {
        { Exception: { } exception } => $"Error: {exception.Message}",
        { Result: string text } => text,
        { Result: JsonElement { ValueKind: JsonValueKind.String } text } => text.GetString()!,
        _ => result.Result?.ToString() ?? "",
    };
}
