using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>
/// A task as people read it: what was said, what was called, what came of it. On a terminal streaming text appears as it comes, with a line below that says where
/// the task stands; elsewhere each message is printed once, when it is whole.
/// </summary>
internal sealed class TranscriptPrinter : ITaskView, IDisposable
{
    private const int ResultLines = 5;

    private readonly Screen screen;
    private readonly Uri page;
    private readonly ProgressLine progress;
    private readonly StreamedText streamed;
    private readonly HashSet<string> printed = new(StringComparer.Ordinal);
    private int runs;

    /// <param name="screen">Where to.</param>
    /// <param name="page">The task's page, where a person answers.</param>
    /// <param name="time">For how long it has been going.</param>
    public TranscriptPrinter(Screen screen, Uri page, TimeProvider time)
    {
        (this.screen, this.page) = (screen, page);
        progress = new ProgressLine(screen, time);
        streamed = new StreamedText(screen, progress);
    }

    public void Show(TaskFrame frame)
    {
        progress.Note(frame);
        var data = frame.Data;
        switch (frame.Name)
        {
            case "message_delta" or "thought_delta":
                streamed.Add(frame.Json.Text("message_id") ?? "", (int)(frame.Json.Number("offset") ?? 0), frame.Json.Text("text") ?? "", frame.Name == "thought_delta");
                break;
            case "message":
                ShowMessage(data);
                break;
            case "thought":
                ShowWhole(data, isThought: true);
                break;
            case "tool_use":
                screen.Line(new Piece("▸ ", Looks.Tool), new Piece(data.Text("title") ?? data.Text("name") ?? "a tool", Looks.Tool));
                break;
            case "tool_result":
                ShowResult(data);
                break;
            case "request":
                ShowRequest(data);
                break;
            case "request_resolved":
                screen.Line(new Piece("  answered: ", Looks.Dim), data.Text("answer") ?? "without an answer", new Piece(data.Text("by") is { } by ? $" (by {by})" : "", Looks.Dim));
                break;
            case "subtask":
                screen.Line(new Piece($"▹ sub-task …{EndOf(data.Text("task_id"))} ", Looks.Tool), new Piece(data.Text("status") ?? "", Looks.OfStatus(data.Text("status"))));
                break;
            case "error":
                screen.Line(new Piece($"! {data.Text("text")}", Looks.Trouble));
                break;
            case "run":
                ShowRun(data);
                break;
            case "snapshot" when frame.Json.Flag("resync"):
                screen.Note("The server's log is shorter than that cursor: it is shown from its beginning.");
                break;
            case "status" when IsNews(data):
                screen.Line(new Piece($"· {data.Text("status")}: {data.Text("reason_text")}", Looks.Dim));
                break;
        }
    }

    public void End(string? status)
    {
        streamed.Finish();
        progress.Stop();
        if (screen.IsRich) screen.Line();
        var sign = status switch { "completed" => "✓", "failed" => "✗", _ => "■" };
        screen.Line(new Piece($"{sign} {status ?? "ended"}", Looks.OfStatus(status)), new Piece(progress.Sum(), Looks.Dim));
        if (status == "failed" && progress.Reason is { Length: > 0 } why) screen.Line(new Piece($"  {why}", Looks.Trouble));
    }

    public void Dispose() => progress.Dispose();

    /// <summary>What nothing else says: a request stands there already, and on a terminal the last line says the rest.</summary>
    private bool IsNews(JsonElement status) => status.Text("status") switch
    {
        "waiting" => status.Text("reason") is not ("approval" or "question"),
        "pending" => !screen.IsRich,
        _ => false,
    };

    private void ShowMessage(JsonElement data)
    {
        var id = data.Text("message_id") ?? "";
        switch (data.Text("role"))
        {
            case "assistant":
                ShowWhole(data, isThought: false);
                break;
            case "user" when data.Text("state") == "removed":
                screen.Line(new Piece("  taken back, unread", Looks.Dim));
                break;
            case "user" when printed.Add(id):
                screen.Line();
                screen.Line(new Piece("> ", Looks.Person), new Piece(data.Text("text") ?? "", Looks.Person));
                foreach (var file in data.List("attachments")) screen.Line(new Piece($"  + {file.Text("name")}", Looks.Dim));
                break;
            case "summary" when printed.Add(id):
                screen.Line(new Piece("  (what was said until here is summarised for the model)", Looks.Dim));
                break;
            case "subtask" or "notice" when printed.Add(id):
                screen.Line(new Piece($"· {data.Text("text")}", Looks.Dim));
                break;
        }
    }

    private void ShowWhole(JsonElement data, bool isThought)
    {
        var (id, text) = (data.Text("message_id") ?? "", data.Text("text") ?? "");
        if (!printed.Add(id)) return;
        if (text.Length > 0) streamed.Complete(id, text, isThought);
        if (data.Flag("partial")) screen.Line(new Piece("  (cut off here)", Looks.Dim));
    }

    private void ShowResult(JsonElement data)
    {
        var status = data.Text("status");
        var took = data.Number("duration_ms") is { } ms ? $" · {(ms < 1000 ? $"{ms} ms" : DurationText.Clock(TimeSpan.FromMilliseconds(ms)))}" : "";
        screen.Line(new Piece($"  {status}", status == "success" ? Looks.Dim : Looks.Trouble), new Piece(took, Looks.Dim));
        var lines = (data.Text("content") ?? "").ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        foreach (var line in lines.Take(ResultLines)) screen.Line(new Piece("  │ ", Looks.Dim), new Piece(Cells.Cut(SafeText.WithoutTabs(SafeText.Of(line)), LineRoom), Looks.Dim));
        if (lines.Length > ResultLines) screen.Line(new Piece($"  │ … {lines.Length - ResultLines} more lines", Looks.Dim));
    }

    private void ShowRequest(JsonElement data)
    {
        screen.Line(new Piece(data.Text("kind") == "approval" ? "? approval needed: " : "? ", Looks.Attention), new Piece(data.Text("prompt") ?? "", Looks.Attention));
        if (data.Text("subject") is { } subject) screen.Line($"  {subject}");
        if (data.Text("kind") != "approval")
        {
            foreach (var option in data.List("options")) screen.Line($"  - {option}");
        }

        screen.Line(new Piece("  Answer it at ", Looks.Dim), page.ToString());
    }

    private void ShowRun(JsonElement data)
    {
        if (data.Text("outcome") is { } outcome)
        {
            if (outcome == "interrupted") screen.Line(new Piece($"· the run was interrupted: {data.Text("outcome_text")}", Looks.Dim));
        }
        else if (++runs > 1)
        {
            screen.Line(new Piece($"· another run ({data.Text("cause")})", Looks.Dim));
        }
    }

    /// <summary>On a terminal a result's line is one line; elsewhere it is as long as it is, up to a bound.</summary>
    private int LineRoom => screen.IsRich ? Math.Max(20, screen.Width - 6) : 400;

    private static string EndOf(string? id) => Listing.Short(id);
}
