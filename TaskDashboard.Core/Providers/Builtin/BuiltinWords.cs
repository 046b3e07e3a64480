using Microsoft.Extensions.AI;

namespace TaskDashboard.Core.Providers;

/// <summary>What the builtin assistant says about itself, and its stock of words for long answers.</summary>
internal static class BuiltinWords
{
    /// <summary>Most words of one answer: an hour and more at the usual pace.</summary>
    public const int MostWords = 250_000;

    private static readonly string[] Stock =
        "a task runs in the background while you look at something else and comes back with what it found so that nothing is lost when a page is closed".Split(' ');

    private static readonly (string[] Tools, string Line)[] Examples =
    [
        (["list_files"], "`list files in docs`"),
        (["read_file"], "`read README.md`, `summarise README.md`"),
        (["read_attachment"], "`read attachment notes.txt`"),
        (["find_files"], "`find files *.md`"),
        (["count_text"], "`count words in README.md`"),
        (["search_files"], "`search for TODO in src`"),
        (["write_file"], "`write hello to notes.txt`, `write notes.txt: …`"),
        (["edit_file"], "`replace \"old\" with \"new\" in notes.txt`"),
        (["calculate"], "`calculate (2 + 3) * 7`"),
        (["wait"], "`wait 5 seconds`"),
        (["run_command"], "`run git status`"),
        (["run_command", "list_files", "read_file", "edit_file"], "`run the tests in demo, then fix the failing line, then run the tests again`"),
        (["fetch_url"], "`fetch https://example.com`"),
        (["update_plan"], "`plan: look around, write it down, check it`"),
        (["ask_user"], "`ask me which file to read`, `ask me how to go on (now, later or never)`"),
        (["spawn_task"], "`start a task called tests to \"read a.md, then count its words\"`, `tell tests: hurry`, `wait for tasks`, `cancel task tests`"),
        (["list_files", "read_file"], "several in a row: `list files, then read README.md`"),
        (["read_file"], "several at once: `in parallel: read a.md and read b.md`"),
        ([], "to try this program out: `say 500 words`, `think for 5 seconds`, `repeat hello`"),
    ];

    /// <summary>Who it is and what it can do, with an example for each tool that it was given and for none that it was not.</summary>
    public static string Introduction(IReadOnlyDictionary<string, AIFunctionDeclaration> offered) => $"""
        I am the builtin assistant: an offline stand-in without a language model. I understand plain instructions only, and do them with real tools:

        {string.Join('\n', Examples.Where(example => example.Tools.All(offered.ContainsKey)).Select(example => $"- {example.Line}"))}

        For a real model set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` (or `OPENAI_BASE_URL` for a server of your own) and start the program again.
        """;

    /// <summary>So many words, each with the space behind it, in sentences of twelve.</summary>
    public static IEnumerable<string> Say(int count)
    {
        for (var index = 0; index < count; index++)
        {
            var word = Stock[index % Stock.Length];
            if (index % 12 == 0) word = char.ToUpperInvariant(word[0]) + word[1..];
            yield return index == count - 1 || index % 12 == 11 ? $"{word}. " : $"{word} ";
        }
    }

    /// <summary>The text in pieces of a word and the white space behind it; joined they are the text again.</summary>
    public static IEnumerable<string> Pieces(string text)
    {
        var start = 0;
        for (var index = 1; index < text.Length; index++)
        {
            if (char.IsWhiteSpace(text[index]) || !char.IsWhiteSpace(text[index - 1])) continue;
            yield return text[start..index];
            start = index;
        }

        if (start < text.Length) yield return text[start..];
    }
}
