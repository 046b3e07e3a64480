using System.ComponentModel;
using System.Globalization;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// <c>count_text</c>: lines (a last one without a line end counts), words (runs of anything but white space) and characters
/// (Unicode code points, line ends included, a byte order mark not).
/// </summary>
internal static class CountTextTool
{
    public static ToolPrototype Prototype { get; } = new(Count, "count_text",
        "Counts the lines, words and characters of a text file.",
        ToolRisk.Read, arguments => $"Count {ToolTitle.Text(arguments, "path")}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Count(
        WorkDirectory directory,
        [Description("The file, relative to the work folder.")] string path,
        CancellationToken cancellationToken = default)
    {
        var resolved = directory.ResolveFile(path);
        using var file = TextFile.Open(directory, resolved);
        var (lines, words, characters) = (0L, 0L, 0L);
        var (inWord, last) = (false, '\n');
        var buffer = new char[8 * 1024];
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var character in buffer.AsSpan(0, read))
            {
                if (character == '\n') lines++;
                if (!char.IsLowSurrogate(character)) characters++;
                var space = char.IsWhiteSpace(character);
                if (!space && !inWord) words++;
                inWord = !space;
                last = character;
            }
        }

        if (last != '\n') lines++;
        return string.Create(CultureInfo.InvariantCulture,
            $"{resolved.Shown}: {lines} {(lines == 1 ? "line" : "lines")}, {words} {(words == 1 ? "word" : "words")}, {characters} {(characters == 1 ? "character" : "characters")}");
    }
}
