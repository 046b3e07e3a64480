using System.Globalization;
using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>A piece of the builtin assistant's answer, and how long to wait before it; null for the usual pace.</summary>
internal readonly record struct BuiltinPiece(AIContent Content, TimeSpan? Pause = null);

/// <summary>
/// The model <c>builtin/assistant</c>: works out from the conversation what comes next, and says it. Without state, clock or
/// chance of its own: the same conversation gets the same answer.
/// </summary>
internal static class BuiltinAssistant
{
    private const double MostSeconds = 3_600;

    public static IEnumerable<BuiltinPiece> Answer(IReadOnlyList<ChatMessage> messages, ChatOptions options)
    {
        var tools = new Dictionary<string, AIFunctionDeclaration>(StringComparer.Ordinal);
        foreach (var tool in options.Tools?.OfType<AIFunctionDeclaration>() ?? []) tools.TryAdd(tool.Name, tool);
        var turn = BuiltinTurn.Read(messages);
        if (turn.Rounds.Count == 0 || IsPuzzle(turn)) return Say(Puzzled(turn, tools));
        return Continue(turn, tools);
    }

    /// <summary>Goes on behind the last round whose calls have results: tells those, then everything up to the next calls.</summary>
    private static IEnumerable<BuiltinPiece> Continue(BuiltinTurn turn, Dictionary<string, AIFunctionDeclaration> tools)
    {
        var taken = 0;
        var said = false;
        var derived = new DerivedInstructions(turn, tools);
        var pending = new Stack<InstructionRound>(turn.Rounds.Reverse());
        var denied = 0;
        while (pending.TryPop(out var round))
        {
            if (round.Message == denied) continue;
            if (derived.Expand(round) is { } steps)
            {
                foreach (var step in steps.Reverse()) pending.Push(step);
                continue;
            }

            List<(Instruction Instruction, AIFunctionDeclaration Tool)> calls = [];
            foreach (var instruction in round.Instructions)
            {
                if (Unable(instruction, tools) is null && InstructionCall.ToolFor(instruction, tools) is { } name) calls.Add((instruction, tools[name]));
            }

            var told = taken + calls.Count;
            if (calls.Count > 0 && told > turn.Results.Count)
            {
                if (round.IsStopped) continue;
                yield return new BuiltinPiece(new TextReasoningContent(InstructionReport.Thought([.. calls.Select(call => call.Instruction)])));
                for (var index = 0; index < calls.Count; index++)
                {
                    yield return new BuiltinPiece(InstructionCall.Make(calls[index].Instruction, calls[index].Tool, CallId(turn.CallsBefore + index)));
                }

                yield break;
            }

            // Rounds before the last one with results were told in an earlier answer, and so was what stood between them.
            var toldBefore = calls.Count > 0 ? told < turn.Results.Count : taken < turn.Results.Count;
            if (!toldBefore)
            {
                foreach (var piece in Tell(round, calls, turn.Results, taken, tools))
                {
                    if (said) yield return new BuiltinPiece(new TextContent("\n\n"), TimeSpan.Zero);
                    said = false;
                    yield return piece;
                }

                said = true;
            }

            for (var index = 0; index < calls.Count; index++)
            {
                var result = turn.Results[taken + index];
                derived.Note(calls[index].Instruction, result);
                // Who says no to a step has not said yes to what was to follow from it.
                if (InstructionReport.IsDenied(result)) denied = round.Message;
            }

            taken = told;
        }
    }

    private static IEnumerable<BuiltinPiece> Tell(
        InstructionRound round, List<(Instruction Instruction, AIFunctionDeclaration Tool)> calls, IReadOnlyList<string> results, int first,
        Dictionary<string, AIFunctionDeclaration> tools)
    {
        var call = 0;
        for (var index = 0; index < round.Instructions.Count; index++)
        {
            var instruction = round.Instructions[index];
            if (index > 0) yield return new BuiltinPiece(new TextContent("\n\n"), TimeSpan.Zero);
            IEnumerable<BuiltinPiece> pieces;
            if (call < calls.Count && ReferenceEquals(calls[call].Instruction, instruction))
            {
                pieces = Say(InstructionReport.Of(instruction, calls[call].Tool.Name, results[first + call]));
                call++;
            }
            else
            {
                pieces = Unable(instruction, tools) is { } unable ? Say(unable) : Perform(instruction, tools);
            }

            foreach (var piece in pieces) yield return piece;
        }
    }

    /// <summary>What needs no tool.</summary>
    private static IEnumerable<BuiltinPiece> Perform(Instruction instruction, Dictionary<string, AIFunctionDeclaration> tools) => instruction.Kind switch
    {
        InstructionKind.SayWords => BuiltinWords.Say((int)Math.Min(instruction.Amount, BuiltinWords.MostWords)).Select(word => new BuiltinPiece(new TextContent(word))),
        InstructionKind.Think => Think(Math.Min(instruction.Amount, MostSeconds)),
        InstructionKind.Echo or InstructionKind.News => Say(instruction.Subject),
        InstructionKind.Help => Say(BuiltinWords.Introduction(tools)),
        InstructionKind.Stop => Say("Stopped."),
        _ => Say($"I do not understand \"{instruction.Subject}\", so I left it out. Ask me for `help` to see what I can do."),
    };

    private static IEnumerable<BuiltinPiece> Think(double seconds)
    {
        for (var passed = 0d; passed < seconds; passed += 1)
        {
            var pause = TimeSpan.FromSeconds(Math.Min(1, seconds - passed));
            yield return new BuiltinPiece(new TextReasoningContent(string.Create(CultureInfo.InvariantCulture, $"Letting time pass, {passed + pause.TotalSeconds:0.#} s of {seconds:0.#}. ")), pause);
        }

        foreach (var piece in Say(string.Create(CultureInfo.InvariantCulture, $"I let {seconds:0.###} s pass, as asked; there was nothing to think about."))) yield return piece;
    }

    /// <summary>Why an instruction cannot be carried out, in a sentence; null when it can.</summary>
    private static string? Unable(Instruction instruction, Dictionary<string, AIFunctionDeclaration> tools)
    {
        if (InstructionCall.ToolFor(instruction, tools) is not { } tool) return null;
        if (instruction.Path.Length == 0 && instruction.Kind is InstructionKind.ReadFile or InstructionKind.Summarise or InstructionKind.Count
            or InstructionKind.Write or InstructionKind.Edit)
        {
            return instruction.Path.Length > 0 ? null : "Which file do you mean? Name it, as in `read README.md`.";
        }

        return tools.ContainsKey(tool) ? null : $"{InstructionReport.Doing(instruction)} is not possible: I was not given the tool {tool}.";
    }

    private static bool IsPuzzle(BuiltinTurn turn) =>
        turn.Results.Count == 0 && turn.Rounds.All(round => round.Instructions.All(instruction => instruction.Kind == InstructionKind.Unknown));

    private static string Puzzled(BuiltinTurn turn, Dictionary<string, AIFunctionDeclaration> tools)
    {
        var asked = turn.Rounds.Count == 0 ? "" : turn.Rounds[0].Instructions[0].Subject;
        if (asked.Length == 0) return BuiltinWords.Introduction(tools);
        return $"I do not understand \"{(asked.Length > 80 ? $"{asked.AsSpan(0, 79)}…" : asked)}\". {BuiltinWords.Introduction(tools)}";
    }

    private static IEnumerable<BuiltinPiece> Say(string text) => BuiltinWords.Pieces(text).Select(piece => new BuiltinPiece(new TextContent(piece)));

    private static string CallId(int index) => string.Create(CultureInfo.InvariantCulture, $"call_builtin_{index + 1}");
}
