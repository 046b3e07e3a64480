using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// Where commands write. On a terminal: colours, tables, and below them a few live lines that are drawn anew behind whatever is written; elsewhere
/// plain text without a single escape code. Every text is made harmless here (<see cref="SafeText"/>). Safe for threads.
/// </summary>
internal sealed class Screen
{
    private const string EraseLine = "\r\e[2K";
    private const string EraseLineAbove = "\e[1A\e[2K";
    private const int NeverScrolled = 1_000;

    private readonly Lock gate = new();
    private readonly Surroundings around;

    /// <summary>What the terminal gets next: all at once, so that nothing flickers.</summary>
    private readonly StringBuilder pending = new();
    private readonly IAnsiConsole? console;
    private IReadOnlyList<Piece[]> live = [];
    private int liveOnScreen;

    public Screen(Surroundings around)
    {
        this.around = around;
        if (!around.IsRich) return;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(new StringWriter(pending)),
        });
        console.Profile.Capabilities.Unicode = true;

        // Left out, it is asked of the runtime's console (see TerminalStreams).
        console.Profile.Height = NeverScrolled;
    }

    public bool IsRich => console is not null;

    public int Width => around.Width();

    public void Line(params IReadOnlyList<Piece> pieces)
    {
        lock (gate)
        {
            if (console is null)
            {
                around.Output.WriteLine(SafeText.Of(string.Concat(pieces.Select(piece => piece.Text))));
                return;
            }

            Write(ParagraphOf(pieces));
        }
    }

    /// <summary>A line as it is: JSON that the server has sent.</summary>
    public void Raw(string line)
    {
        lock (gate) around.Output.WriteLine(line);
    }

    /// <summary>Text that is somebody's file: as it is where it goes to a file or a program, harmless on a terminal.</summary>
    public void Content(string text)
    {
        lock (gate) around.Output.Write(around.OutputIsTerminal ? SafeText.Of(text) : text);
    }

    public void Table(IReadOnlyList<string> headings, IReadOnlyList<Piece[]> rows)
    {
        lock (gate)
        {
            if (console is null)
            {
                foreach (var line in PlainTable.Lines(headings, rows)) around.Output.WriteLine(line);
                return;
            }

            var table = new Table { Border = TableBorder.None };
            foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading, Looks.Dim)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
            foreach (var row in rows) table.AddRow(row.Select(cell => new Text(SafeText.OneLine(cell.Text), cell.Style)));
            Write(table);
        }
    }

    /// <summary>For the person only, beside the answer: goes to standard error, so that a pipe gets the answer alone.</summary>
    public void Note(string text) => WriteError(text, null);

    public void Error(CommandFailure failure)
    {
        WriteError($"error: {failure.Message}", "\e[31m");
        foreach (var line in failure.More) WriteError($"  {line}", null);
    }

    /// <summary>What is shown below everything until it is shown otherwise; nothing where lines cannot be taken back.</summary>
    public void Live(params IReadOnlyList<Piece[]> lines)
    {
        if (console is null) return;
        lock (gate)
        {
            live = lines;
            EraseLive();
            DrawLive();
            Flush();
        }
    }

    private void Write(IRenderable shown)
    {
        console!.Profile.Width = around.Width();
        EraseLive();
        console.Write(shown);
        if (pending.Length == 0 || pending[^1] != '\n') pending.Append('\n');
        DrawLive();
        Flush();
    }

    private void WriteError(string text, string? colour)
    {
        lock (gate)
        {
            if (console is not null)
            {
                EraseLive();
                Flush();
            }

            var safe = SafeText.Of(text);
            around.Error.WriteLine(colour is not null && IsRich && around.ErrorIsTerminal ? $"{colour}{safe}\e[0m" : safe);
            if (console is null) return;
            DrawLive();
            Flush();
        }
    }

    private static Paragraph ParagraphOf(IReadOnlyList<Piece> pieces)
    {
        var paragraph = new Paragraph();
        foreach (var piece in pieces) paragraph.Append(SafeText.WithoutTabs(SafeText.Of(piece.Text)), piece.Style);
        return paragraph;
    }

    private void EraseLive()
    {
        if (liveOnScreen == 0) return;
        pending.Append(EraseLine);
        for (var above = 1; above < liveOnScreen; above++) pending.Append(EraseLineAbove);
        liveOnScreen = 0;
    }

    private void DrawLive()
    {
        // One column stays free: a full line would wrap, and then be more lines than are erased.
        var room = around.Width() - 1;
        console!.Profile.Width = around.Width();
        foreach (var (index, line) in live.Index())
        {
            if (index > 0) pending.Append('\n');
            console.Write(ParagraphOf(Cells.Fit(line, room)));
        }

        liveOnScreen = live.Count;
    }

    private void Flush()
    {
        around.Output.Write(pending.ToString());
        pending.Clear();
    }
}
