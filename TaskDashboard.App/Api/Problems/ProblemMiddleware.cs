using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Api.Problems;

/// <summary>
/// Turns everything that goes wrong under /api into problem details: refusals of the engine, bodies that cannot be read,
/// routes that lead nowhere, a store that cannot be read, and defects of ours (logged, and told without their inner workings).
/// </summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var problem = await ProblemOfAsync(context);
        if (problem is not null) await problem.WriteAsync(context);
    }

    private async Task<Problem?> ProblemOfAsync(HttpContext context)
    {
        var response = context.Response;
        try
        {
            await next(context);
            return response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null && response.ContentLength is null
                ? Problem.Of(response.StatusCode, context.Request)
                : null;
        }
        catch (RefusedException refusal) when (!response.HasStarted)
        {
            return Problem.Of(refusal);
        }
        catch (BadHttpRequestException bad) when (!response.HasStarted)
        {
            return Explain(bad, context.Request);
        }
        catch (InvalidOperationException) when (!response.HasStarted && HasUnknownCharset(context.Request))
        {
            // The framework's reader gives up on the body before the endpoint begins, and calls that a defect of the server's.
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, context.Request);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            return null;
        }
        catch (Exception fault) when (!response.HasStarted && StoreFault.Explain(fault) is { } why)
        {
            logger.LogWarning(fault, "{Method} {Path} could not read the store.", context.Request.Method, context.Request.Path);
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, "store_unavailable", why + " Try again in a moment.");
        }
        catch (Exception defect) when (!response.HasStarted)
        {
            logger.LogError(defect, "{Method} {Path} failed.", context.Request.Method, context.Request.Path);
            return Problem.Of(StatusCodes.Status500InternalServerError, "internal", "Something went wrong on our side; the log of the server says what.");
        }
    }

    private static Problem Explain(BadHttpRequestException bad, HttpRequest request)
    {
        if (bad.StatusCode != StatusCodes.Status400BadRequest) return Problem.Of(bad.StatusCode, request);

        var (field, message) = bad.InnerException switch
        {
            // The parser's own exception, as it is or wrapped: the text is not JSON at all.
            JsonException { InnerException: JsonException } or JsonException { Path: null } => ("body", "The body is not valid JSON" + Place(bad.InnerException) + "."),
            JsonException { Path: { Length: > 1 } path } => (FieldOf(path), $"{FieldOf(path)} has a value of the wrong type."),
            _ => ("body", "The body has to be a JSON object."),
        };
        return Problem.Of(bad.StatusCode, "validation", message, new Dictionary<string, string[]> { [field] = [message] });
    }

    private static bool HasUnknownCharset(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue) return false;
        try
        {
            Encoding.GetEncoding(HeaderUtilities.RemoveQuotes(type.Charset).ToString());
            return false;
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return true;
        }
    }

    private static string FieldOf(string path) => path.TrimStart('$').TrimStart('.');

    private static string Place(Exception parser) =>
        parser is JsonException { LineNumber: { } line, BytePositionInLine: { } position } ? $" (line {line + 1}, byte {position + 1})" : "";
}
