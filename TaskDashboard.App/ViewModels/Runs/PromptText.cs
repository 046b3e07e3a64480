using System.Text;
using System.Text.Json;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using TaskDashboard.App.ViewModels.Tools;
using TaskDashboard.Core.Exchanges;

namespace TaskDashboard.App.ViewModels.Runs;

/// <summary>Exchanges as text: to be read, copied and compared.</summary>
public static class PromptText
{
    private const int Around = 3;
    private static readonly JsonSerializerOptions Indented = new(Core.Events.EventJson.Options) { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Everything that was sent, message by message.</summary>
    public static string Of(ModelExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var text = new StringBuilder();
        text.Append("model: ").AppendLine(exchange.Model).Append("tools: ").AppendLine(string.Join(", ", exchange.Tools.Select(tool => tool.Name)));
        foreach (var message in exchange.Messages)
        {
            text.AppendLine().Append("── ").AppendLine(message.Role);
            foreach (var content in message.Contents) text.AppendLine(Of(content));
        }

        return text.ToString();
    }

    /// <summary>A piece of a message.</summary>
    public static string Of(ExchangeContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return content.Type switch
        {
            "call" => $"→ {content.Name} {content.Arguments?.GetRawText()}",
            "result" => $"← {content.Text}",
            "file" => $"[{content.Name ?? content.FileId}, {content.MediaType}, {content.Size} B]",
            _ => content.Text ?? "",
        };
    }

    public static string Json(ModelExchange exchange) => JsonSerializer.Serialize(exchange, Indented);

    /// <summary>What another call sent that this one did not, and the other way round.</summary>
    public static UnifiedDiff Compare(ModelExchange before, ModelExchange after)
    {
        var lines = new InlineDiffBuilder(new Differ()).BuildDiffModel(Of(before), Of(after), ignoreWhitespace: false).Lines;
        var near = new bool[lines.Count];
        for (var index = 0; index < lines.Count; index++)
        {
            if (lines[index].Type == ChangeType.Unchanged) continue;
            for (var beside = Math.Max(0, index - Around); beside <= Math.Min(lines.Count - 1, index + Around); beside++) near[beside] = true;
        }

        var shown = new List<DiffLine>();
        var (old, now) = (0, 0);
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index];
            if (line.Type != ChangeType.Inserted) old++;
            if (line.Type != ChangeType.Deleted) now++;
            if (near[index])
            {
                shown.Add(line.Type switch
                {
                    ChangeType.Inserted => new DiffLine(DiffLineKind.Added, null, now, line.Text),
                    ChangeType.Deleted => new DiffLine(DiffLineKind.Removed, old, null, line.Text),
                    _ => new DiffLine(DiffLineKind.Same, old, now, line.Text),
                });
            }
            else if (index > 0 && near[index - 1])
            {
                shown.Add(new DiffLine(DiffLineKind.Gap, null, null, "⋯"));
            }
        }

        return new UnifiedDiff("", shown);
    }
}
