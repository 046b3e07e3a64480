using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using TaskDashboard.Core.Events;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Components.Requests;

public partial class QuestionCard
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private IReadOnlyList<FormField> fields = [];
    private string text = "";

    /// <summary>Named on the card, where it stands among those of other tasks.</summary>
    [Parameter] public AgentTask? Task { get; set; }

    protected override void OnInitialized()
    {
        if (Request.Form is not { } form) return;
        fields = FormFields.Read(form);
        foreach (var field in fields) values[field.Name] = "";
    }

    private Task SendTextAsync() => string.IsNullOrWhiteSpace(text) ? System.Threading.Tasks.Task.CompletedTask : SendAsync(new RequestAnswer(text.Trim()));

    private Task SendFormAsync()
    {
        var filled = new JsonObject();
        foreach (var field in fields)
        {
            if (values[field.Name].Trim() is { Length: > 0 } given) filled[field.Name] = ValueOf(field, given);
        }

        return SendAsync(new RequestAnswer(filled.ToJsonString(EventJson.Options)));
    }

    /// <summary>As the form wants it; what does not fit goes along as it is, and is refused with its field.</summary>
    private static JsonValue ValueOf(FormField field, string given) => field.Kind switch
    {
        FormFieldKind.Boolean => JsonValue.Create(given == "true"),
        FormFieldKind.Number or FormFieldKind.WholeNumber when decimal.TryParse(given, NumberStyles.Number, CultureInfo.CurrentCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(given)!,
    };
}
