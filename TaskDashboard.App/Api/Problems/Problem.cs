using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;
using TaskDashboard.App.Api.Json;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Problems;

/// <summary>Why a request was refused: problem details of RFC 9457 with a machine code.</summary>
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    /// <summary>Always <c>about:blank</c>: <see cref="Code"/> tells problems apart.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>The name of the HTTP status.</summary>
    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What happened, in words for people.</summary>
    public required string Detail { get; init; }

    /// <summary>What happened, for machines; such as <c>validation</c>, <c>not_found</c>, <c>task_terminal</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong with which field; only where a field is at fault.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>The scope that a key has to have for this; only where it is the key that is for less.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ApiScope? NeededScope { get; init; }

    /// <summary>For 429 and 503: after how many seconds it is worth trying again. A header, and no part of the body.</summary>
    [JsonIgnore] public long RetryAfterS { get; init; } = 2;

    /// <summary>Finds the request in logs and traces.</summary>
    public string? TraceId { get; init; }

    public static Problem Of(int status, string code, string detail, IReadOnlyDictionary<string, string[]>? errors = null) => new()
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Code = code,
        Detail = detail,
        Errors = errors is { Count: > 0 } ? errors : null,
    };

    public static Problem Of(RefusedException refusal)
    {
        var problem = Of(StatusOf(refusal.Kind), refusal.Code, refusal.Message, refusal.Errors) with { NeededScope = refusal.NeededScope };
        return refusal.RetryAfter is { } wait ? problem with { RetryAfterS = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) } : problem;
    }

    /// <summary>For an answer that has a status and nothing to say.</summary>
    public static Problem Of(int status, HttpRequest request) => status switch
    {
        400 => Of(status, "validation", "The request could not be understood."),
        404 => Of(status, "not_found", $"There is nothing at {request.Path}."),
        405 => Of(status, "method_not_allowed", $"{request.Method} is not possible at {request.Path}."),
        413 => Of(status, "too_large", "The body of the request is too large."),
        415 => Of(status, "unsupported_media_type", "The body has to be JSON in UTF-8, with the content type application/json."),
        _ => Of(status, "error", ReasonPhrases.GetReasonPhrase(status)),
    };

    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests) response.Headers.RetryAfter = RetryAfterS.ToString(CultureInfo.InvariantCulture);

        var traced = this with { TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier };
        var json = JsonSerializer.SerializeToUtf8Bytes(traced, ProblemJson);
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, context.RequestAborted);
    }

    private static readonly JsonSerializerOptions ProblemJson = CreateOptions();

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        ApiJson.Configure(options);
        return options;
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Validation => StatusCodes.Status400BadRequest,
        RefusalKind.Unauthorized => StatusCodes.Status401Unauthorized,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.Unsupported => StatusCodes.Status415UnsupportedMediaType,
        RefusalKind.Unprocessable => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.TooMany => StatusCodes.Status429TooManyRequests,
        RefusalKind.Draining or RefusalKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind."),
    };
}
