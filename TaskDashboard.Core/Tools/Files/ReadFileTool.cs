using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace TaskDashboard.Core.Tools.Files;

/// <summary>
/// <c>read_file</c>: a text file as it is, or a range of its lines with their numbers. Line ends come out as "\n". At most
/// <see cref="MaxBytes"/> of text, with a note on how to read on.
/// </summary>
internal static class ReadFileTool
{
    internal const int MaxBytes = 64 * 1024;

    public static ToolPrototype Prototype { get; } = new(Read, "read_file",
        "Reads a text file. With start_line or end_line it reads those lines only, each with its number and a tab before it. At most 64 KB at a time.",
        ToolRisk.Read, arguments => $"Read {ToolTitle.Text(arguments, "path")}", new ToolSubject(ToolSubjectKind.Path, "path"));

    private static string Read(
        WorkDirectory directory,
        [Description("The file, relative to the work folder.")] string path,
        [Description("First line to read, from 1.")] int? start_line = null,
        [Description("Last line to read.")] int? end_line = null,
        CancellationToken cancellationToken = default)
    {
        CheckRange(start_line, end_line);
        var resolved = directory.ResolveFile(path);
        using var file = TextFile.Open(directory, resolved);
        return ReadOpen(file, resolved.Shown, start_line, end_line, cancellationToken);
    }

    /// <summary>A file that is open already, or a range of its lines.</summary>
    /// <param name="file">Open, and at its beginning.</param>
    /// <param name="shown">Its name in messages.</param>
    /// <param name="start_line">First line to read, from 1; null for the first.</param>
    /// <param name="end_line">Last line to read; null for the last.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static string ReadOpen(TextFile file, string shown, int? start_line, int? end_line, CancellationToken cancellationToken)
    {
        CheckRange(start_line, end_line);
        if (file.Size == 0) return $"The file \"{shown}\" is empty.";
        using var lines = new TextLines(file);
        var numbered = start_line is not null || end_line is not null;
        var first = start_line ?? 1;
        var page = new Page();
        while (lines.TryRead(out var piece))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (lines.Number < first) continue;
            if (lines.Number > end_line) return page.Text;
            if (lines.BeginsLine && !page.BeginLine(numbered ? lines.Number : null)) return page.Text + CutBefore(lines.Number, file.Size);
            if (!page.Append(piece)) return CutWithin(page, lines.Number, file.Size);
        }

        if (lines.Number < first) throw new ToolException($"\"{shown}\" has only {lines.Number} lines.");
        return page.Text;
    }

    private static void CheckRange(int? start_line, int? end_line)
    {
        if (start_line < 1) throw new ToolException("start_line counts from 1.");
        if (end_line < (start_line ?? 1)) throw new ToolException($"end_line ({end_line}) is before start_line ({start_line ?? 1}).");
    }

    private static string CutWithin(Page page, long line, long size)
    {
        if (page.DropUnfinishedLine()) return page.Text + CutBefore(line, size);
        return page.Text + $"\n[Line {line} alone is longer than 64 KB and is cut here; the file has {ByteSize.Text(size)}. Read on with start_line={line + 1}, or use search_files.]";
    }

    private static string CutBefore(long line, long size) => $"\n[Cut at 64 KB before line {line}; the file has {ByteSize.Text(size)}. Read on with start_line={line}.]";

    /// <summary>The text that goes out, up to the bound.</summary>
    private sealed class Page
    {
        private readonly StringBuilder text = new();
        private int bytes;
        private int lineStart;

        public string Text => text.ToString();

        /// <summary>False when not even the line's beginning fits.</summary>
        public bool BeginLine(long? number)
        {
            var first = text.Length == 0 && this.bytes == 0;
            lineStart = text.Length;
            this.bytes++;
            if (this.bytes >= MaxBytes) return false;
            if (!first) text.Append('\n');
            return number is null || Append(string.Create(CultureInfo.InvariantCulture, $"{number}\t"));
        }

        /// <summary>Adds what fits; false when that is not all.</summary>
        public bool Append(ReadOnlySpan<char> piece)
        {
            var bytes = Encoding.UTF8.GetByteCount(piece);
            if (this.bytes + bytes <= MaxBytes)
            {
                text.Append(piece);
                this.bytes += bytes;
                return true;
            }

            foreach (var rune in piece.EnumerateRunes())
            {
                if (this.bytes + rune.Utf8SequenceLength > MaxBytes) break;
                text.Append(rune.ToString());
                this.bytes += rune.Utf8SequenceLength;
            }

            return false;
        }

        /// <summary>Takes the last line back, so that the page ends with a whole one; false when there is no other.</summary>
        public bool DropUnfinishedLine()
        {
            if (lineStart == 0) return false;
            text.Length = lineStart;
            return true;
        }
    }
}
