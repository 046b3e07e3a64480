using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>Turns the refusal of a server (problem details of RFC 9457) into words: what it says, which field is wrong, what to do.</summary>
internal static class ProblemText
{
    private const string WhereToPass = "give it with --key or in TASKDASHBOARD_KEY";

    /// <param name="response">A refusal.</param>
    /// <param name="server">Where it came from; ends with a slash.</param>
    /// <param name="keyFrom">Where the key that went along was given; null where none did.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<CommandFailure> ReadAsync(HttpResponseMessage response, Uri server, string? keyFrom, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var problem = await ReadProblemAsync(response, cancellationToken);
        var detail = problem.Text("detail") ?? problem.Text("title") ?? $"The server answered {status} {response.ReasonPhrase}.";
        var isUnknown = status == 405 || (status == 404 && (problem.ValueKind == JsonValueKind.Undefined || detail.StartsWith("There is nothing at ", StringComparison.Ordinal)));
        if (isUnknown) detail = $"The server does not know {response.RequestMessage?.RequestUri?.AbsolutePath} (it answered {status}): this version of it does not offer that over REST, or it is no TaskDashboard.";
        var lines = new List<string>();
        if (problem.Part("errors") is { ValueKind: JsonValueKind.Object } errors)
        {
            foreach (var field in errors.EnumerateObject())
            {
                if (field.Value.ValueKind != JsonValueKind.Array) continue;
                lines.AddRange(field.Value.EnumerateArray().Select(one => one.ToString()).Where(one => one != detail).Select(one => $"{field.Name}: {one}"));
            }
        }

        var failure = new CommandFailure(status is 401 or 403 ? ExitCodes.NotAllowed : ExitCodes.Refused, detail, lines)
        {
            Status = status,
            Code = problem.Text("code"),
            RetryAfter = Pause(response),
            IsUnknownAddress = isUnknown,
        };
        if (Advice(failure, problem, response, server, keyFrom) is { } advice) lines.Add(advice);
        return failure;
    }

    private static string? Advice(CommandFailure failure, JsonElement problem, HttpResponseMessage response, Uri server, string? keyFrom) => failure.Status switch
    {
        401 when keyFrom is null => $"Make a key at {KeyPage(server)} (its scope: read to look, run to give tasks as well, admin for all that you may), and {WhereToPass}.",
        401 => $"The key came from {keyFrom}. Keys are made at {KeyPage(server)}; {WhereToPass}.",
        403 when failure.Code is "from_a_command" or "read_only" => null,
        403 when problem.Text("needed_scope") is { } scope => $"The key came from {keyFrom}. Make one at {KeyPage(server)}, or by \"keys create <name> --scope {scope}\" with a key that has the scope admin, and {WhereToPass}.",
        403 => $"{(keyFrom is null ? "No key was given." : $"The key came from {keyFrom}.")} One of somebody who may do this can be given with --key or in TASKDASHBOARD_KEY.",
        >= 300 and < 400 => $"It leads on to {response.Headers.Location}: a page, as for somebody who is not logged in. Give a key with --key, or another address with --url.",
        429 or 503 => Again(failure),
        >= 500 => problem.Text("trace_id") is { } trace ? $"The log of the server has more, at trace {trace}." : null,
        _ => null,
    };

    /// <summary>When to come again, where the server's own sentence does not say it.</summary>
    private static string? Again(CommandFailure failure)
    {
        var when = failure.RetryAfter is { } pause ? $"in {InWords(pause)}" : "in a moment";
        return failure.Message.Contains(when, StringComparison.Ordinal) ? null : $"Try again {when}.";
    }

    private static Uri KeyPage(Uri server) => new(server, "people");

    /// <summary>Retry-After in either of its forms; a time of day is read by the clock of the one who sent it.</summary>
    private static TimeSpan? Pause(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } pause } => pause,
        { Date: { } until } when response.Headers.Date is { } now => until > now ? until - now : TimeSpan.Zero,
        _ => null,
    };

    private static string InWords(TimeSpan pause) => pause.TotalSeconds < 120
        ? $"{Math.Max(1, Math.Ceiling(pause.TotalSeconds)):0} s"
        : $"{Math.Ceiling(pause.TotalMinutes):0} min";

    private static async Task<JsonElement> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase)) return default;
        try
        {
            return JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException)
        {
            // The status says enough.
            return default;
        }
    }
}
