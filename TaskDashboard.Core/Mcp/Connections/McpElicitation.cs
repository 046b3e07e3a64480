using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using TaskDashboard.Core.Requests;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Mcp.Connections;

/// <summary>Answers what a server asks people in the middle of a call, by asking them in the name of the tool call.</summary>
/// <param name="serverName">Who asks.</param>
/// <param name="calls">Whose call it may be.</param>
/// <param name="secrets">What must not be repeated.</param>
/// <param name="questions">Finds who can ask people; null where nobody can: the server is told that it was declined.</param>
internal sealed class McpElicitation(string serverName, McpCalls calls, ServerSecrets secrets, Func<IQuestions?> questions)
{
    private const string Accept = "accept";
    private const string Decline = "decline";
    private const string Cancel = "cancel";

    /// <param name="asked">What the server wants to know.</param>
    /// <param name="cancellationToken">The connection's, and the server's own change of mind.</param>
    public async ValueTask<ElicitResult> AnswerAsync(ElicitRequestParams? asked, CancellationToken cancellationToken)
    {
        // Without a call there is no task that could wait, and nobody to ask.
        if (asked is not { Mode: "form" } || calls.Find(asked.Meta) is not { Lineage: { } lineage } call || questions() is not { } people) return new ElicitResult { Action = Decline };
        call.BeginQuestion();
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.Token);
            Lineage.Enter(lineage);
            var hasForm = asked.RequestedSchema is { Properties.Count: > 0 };
            var request = await people.AskAsync(new Question($"{serverName}: {secrets.Clean(asked.Message)}")
            {
                Form = hasForm ? JsonSerializer.SerializeToElement(asked.RequestedSchema, McpJsonUtilities.DefaultOptions) : null,
                Options = hasForm ? [Decline] : [Accept, Decline],
            }, either.Token);
            return Read(request.Answer, hasForm);
        }
        finally
        {
            call.EndQuestion();
        }
    }

    private static ElicitResult Read(string? answer, bool hasForm) => answer switch
    {
        null or Cancel => new ElicitResult { Action = Cancel },
        Decline => new ElicitResult { Action = Decline },
        Accept when !hasForm => new ElicitResult { Action = Accept },
        _ => Content(answer) is { } content ? new ElicitResult { Action = Accept, Content = content } : new ElicitResult { Action = Cancel },
    };

    /// <summary>The fields of a filled-in form; null for an answer that is none.</summary>
    private static Dictionary<string, JsonElement>? Content(string answer)
    {
        try
        {
            var json = JsonElement.Parse(answer);
            return json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().ToDictionary(field => field.Name, field => field.Value) : null;
        }
        catch (JsonException)
        {
            // Free text in place of the form: the server cannot be given what it asked for.
            return null;
        }
    }
}
