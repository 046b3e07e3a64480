using System.Text.Json;

namespace TaskDashboard.App.CommandLine;

/// <summary>Turns the refusal of a server (problem details of RFC 9457) into words: what it says, which field is wrong, what to do.</summary>
internal static class ProblemText
{
    public static async Task<CommandFailure> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
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

        if (Advice(status, problem, response) is { } advice) lines.Add(advice);
        return new CommandFailure(status is 401 or 403 ? ExitCodes.NotAllowed : ExitCodes.Refused, detail, lines)
        {
            Status = status,
            IsUnknownAddress = isUnknown,
        };
    }

    private static string? Advice(int status, JsonElement problem, HttpResponseMessage response) => status switch
    {
        401 => "Give a key with --key or in TASKDASHBOARD_KEY.",
        403 when problem.Text("code") != "from_a_command" => "A key that may do more can be given with --key or in TASKDASHBOARD_KEY.",
        >= 300 and < 400 => $"It leads on to {response.Headers.Location}: a page, as for somebody who is not logged in. Give a key with --key, or another address with --url.",
        429 or 503 => response.Headers.RetryAfter?.Delta is { } pause ? $"Try again in {pause.TotalSeconds:0} s." : "Try again in a moment.",
        >= 500 => problem.Text("trace_id") is { } trace ? $"The log of the server has more, at trace {trace}." : null,
        _ => null,
    };

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
